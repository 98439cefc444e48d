import type { FolderTexts, Setups } from './folder.ts';

/** Set-ups by the names of their folders; `workshop/b` is the one of `workshop` that is written in scenario-b.yaml. */
export const setupsOf =
  (folders: Readonly<Record<string, FolderTexts>>): Setups =>
  (name) => {
    const [folder = '', variant] = name.split('/');
    const texts = Object.hasOwn(folders, folder) ? folders[folder] : undefined;
    if (texts === undefined || variant === undefined) return texts;
    const own = `scenario-${variant}.yaml`;
    return Object.hasOwn(texts, own) ? { ...texts, 'scenario.yaml': texts[own]! } : undefined;
  };
