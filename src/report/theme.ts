/** Light or dark, as the system has it or as somebody chose. */

const KEY = 'rollcall-colours';

export function switchThemes(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-theme-choice]')];
  const choose = (theme: string) => {
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
    else delete document.documentElement.dataset['theme'];
    for (const button of buttons) {
      button.setAttribute('aria-pressed', String(button.dataset['themeChoice'] === theme));
    }
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const theme = button.dataset['themeChoice'] ?? 'auto';
      choose(theme);
      remember(theme);
    });
  }
  choose(remembered());
}

/** Where pages may not store anything, nothing is remembered. */
function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds for this page then.
  }
}
