/** Keeps secrets out of what people are shown, even where a server sends them back. */

export interface Concealer {
  /** Takes a secret. */
  readonly conceal: (secret: string) => void;
  /** The text with every secret taken out of it. */
  readonly concealed: (text: string) => string;
}

const SHORTEST = 4;

export function concealer(): Concealer {
  const secrets = new Set<string>();
  return {
    conceal(secret) {
      // Of a key that goes over several lines each line is one.
      for (const line of secret.split(/\r?\n/)) {
        const text = line.trim();
        if (text.length < SHORTEST || text.startsWith('-----')) continue;
        secrets.add(text);
        secrets.add(encodeURIComponent(text));
        secrets.add(new URLSearchParams({ '': text }).toString().slice(1));
        secrets.add(JSON.stringify(text).slice(1, -1));
      }
    },
    concealed(text) {
      let shown = text;
      for (const secret of secrets) shown = shown.replaceAll(secret, '***');
      return shown;
    },
  };
}
