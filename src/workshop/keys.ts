import type { Store } from './store.ts';

const speeds = [0.1, 1, 10, 60, Infinity];

/** Single keys, as games and film cutters have them: never with Ctrl, never while somebody types, and they can be switched off. */
export function listenForKeys(store: Store): void {
  document.addEventListener('keydown', (event) => {
    if (!store.keysAreOn.value || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (store.dialog.value !== undefined || isTyped(event.target)) return;
    if (acted(store, event.key, event.target)) event.preventDefault();
  });
}

function acted(store: Store, key: string, target: EventTarget | null): boolean {
  switch (key) {
    case 'r':
    case 'R':
      store.refresh();
      return true;
    case ' ':
      // On a button it presses the button.
      if (target instanceof HTMLElement && target.closest('button,summary,a,[role=tab]') !== null)
        return false;
      if (store.clock.value.speed > 0) store.pause();
      else store.play();
      return true;
    case '.':
      store.step();
      return true;
    case 'u':
    case 'U':
      store.untilHeld();
      return true;
    case 'l':
    case 'L':
      document.getElementById('lesson-title')?.focus();
      return true;
    case '?':
      store.dialog.value = 'keys';
      return true;
    default: {
      const speed = speeds[Number(key) - 1];
      if (speed === undefined || key.length !== 1) return false;
      store.setSpeed(speed);
      return true;
    }
  }
}

const isTyped = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('textarea,select,input:not([type=range]):not([type=checkbox])') !== null;
