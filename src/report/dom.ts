/** Elements of the page. Text always goes in as text, never as HTML. */

export type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | boolean | null>>;

/** An element with these attributes (null and false: without it) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Text from outside, in its own direction. */
export function isolated(text: string): HTMLElement {
  return el('bdi', {}, text);
}
