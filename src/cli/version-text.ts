import { version } from '../experiment/version.ts';
import { modelled } from '../mesh/modelled.ts';

/** The versions of meshshift and of what it models, as facts. */
export const versionFacts = () => ({
  meshshift: version,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  models: modelled,
});

/** The same as text. */
export function versionText(): string {
  const { meshshift, node, platform, models } = versionFacts();
  return (
    `meshshift ${meshshift} (Node ${node}, ${platform})\n` +
    `models Istio ${models.istio}\n       Envoy ${models.envoy}\n       Kubernetes ${models.kubernetes}\n`
  );
}

/** What words that ask for the version and nothing else are told; undefined: they ask for more. */
export function versionAsked(words: readonly string[]): string | undefined {
  if (words.length !== 1) return undefined;
  switch (words[0]) {
    case 'version':
      return versionText();
    case '-V':
    case '--version':
      return `${version}\n`;
    default:
      return undefined;
  }
}
