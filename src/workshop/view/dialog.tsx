import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { appWords } from '../language/app.ts';
import type { Language } from '../language/language.ts';
import './dialogs.css';

interface DialogProps {
  readonly title: string;
  readonly language: Language;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly isWide?: boolean;
}

/** A window over the page; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, language, onClose, children, isWide = false }: DialogProps) {
  const own = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    own.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      class={isWide ? 'dialog is-wide' : 'dialog'}
      ref={own}
      aria-labelledby="dialog-title"
      onClose={onClose}
    >
      <div class="panel-head">
        <h2 class="panel-title" id="dialog-title">
          {title}
        </h2>
        <button type="button" class="button push" onClick={onClose}>
          {appWords[language].close}
        </button>
      </div>
      {children}
    </dialog>
  );
}
