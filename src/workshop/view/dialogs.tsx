import { useRef, useState } from 'preact/hooks';
import { appWords } from '../language/app.ts';
import type { Language } from '../language/language.ts';
import type { Exported } from '../wire.ts';
import { Dialog } from './dialog.tsx';

/** A text that somebody takes away: copied where the browser allows it, else selected for them. */
function Copyable({
  text,
  label,
  language,
}: {
  readonly text: string;
  readonly label: string;
  readonly language: Language;
}) {
  const words = appWords[language];
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, say] = useState('');
  const copy = (): void => {
    const select = (): void => {
      field.current?.select();
      say(words.selected);
    };
    const { clipboard } = navigator as { clipboard?: Clipboard };
    if (clipboard === undefined) select();
    else clipboard.writeText(text).then(() => say(words.copied), select);
  };
  return (
    <div class="copyable">
      <textarea ref={field} readOnly rows={3} aria-label={label} lang="en" value={text} />
      <button type="button" class="button" onClick={copy}>
        {words.copy}
      </button>
      <span class="quiet" role="status">
        {said}
      </span>
    </div>
  );
}

interface CommandProps {
  readonly language: Language;
  readonly exported: Exported | undefined;
  readonly onClose: () => void;
}

export function Command({ language, exported, onClose }: CommandProps) {
  const words = appWords[language];
  return (
    <Dialog title={words.commandTitle} language={language} onClose={onClose}>
      <p>{words.commandText}</p>
      {exported === undefined ? (
        <p role="status">{words.working}</p>
      ) : (
        <>
          <Copyable text={exported.command} label={words.commandTitle} language={language} />
          <p>
            {words.fingerprint}:{' '}
            <code class="fingerprint">
              {exported.fingerprint === '' ? words.noFingerprint : exported.fingerprint}
            </code>
          </p>
          <details class="fold">
            <summary>{words.files}</summary>
            {Object.entries(exported.files).map(([name, text]) => (
              <details key={name}>
                <summary>{name}</summary>
                <Copyable text={text} label={name} language={language} />
              </details>
            ))}
          </details>
        </>
      )}
    </Dialog>
  );
}

interface ShareProps extends CommandProps {
  readonly onOpen: (fragment: string) => void;
}

export function Share({ language, exported, onClose, onOpen }: ShareProps) {
  const words = appWords[language];
  const [pasted, paste] = useState('');
  const here = location.href.replace(/#.*$/, '');
  return (
    <Dialog title={words.shareTitle} language={language} onClose={onClose}>
      <p>{words.shareText}</p>
      {exported === undefined ? (
        <p role="status">{words.working}</p>
      ) : (
        <Copyable text={`${here}#${exported.fragment}`} label={words.link} language={language} />
      )}
      <form
        class="share-open"
        onSubmit={(event) => {
          event.preventDefault();
          onOpen(pasted.trim());
        }}
      >
        <label for="share-paste">{words.paste}</label>
        <input
          id="share-paste"
          type="text"
          value={pasted}
          onInput={(event) => paste(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!pasted.includes('1')}>
          {words.open}
        </button>
      </form>
    </Dialog>
  );
}

interface KeysProps {
  readonly language: Language;
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
  readonly onClose: () => void;
}

export function Keys({ language, isOn, onSwitch, onClose }: KeysProps) {
  const words = appWords[language];
  return (
    <Dialog title={words.keyTitle} language={language} onClose={onClose}>
      <dl class="key-list">
        {words.keyList.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd class="key">{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="key-switch">
        <input type="checkbox" checked={isOn} onChange={(event) => onSwitch(event.currentTarget.checked)} />
        {words.keysOn}
      </label>
      <p class="quiet">{words.keyNote}</p>
    </Dialog>
  );
}
