/** Buttons that copy the block beside them. */
import { el } from './dom.ts';

const SHOWN_MS = 1500;

export function offerCopies(): void {
  for (const block of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const button = el('button', { type: 'button', class: 'copy', 'aria-live': 'polite' }, 'Copy');
    button.addEventListener('click', async () => {
      button.textContent = (await copied(block)) ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => {
        button.textContent = 'Copy';
      }, SHOWN_MS);
    });
    block.before(button);
  }
}

/** Where the clipboard is not allowed, the block is selected instead. */
async function copied(block: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(block.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(block);
    return false;
  }
}
