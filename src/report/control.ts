/** What filters are made of. */
import { grouped } from '../domain/words.ts';
import { el } from './dom.ts';
import type { View } from './view.ts';

export interface Control<E extends HTMLElement = HTMLElement> {
  readonly element: E;
  /** Shows what is chosen, and how many changes that leaves. */
  show(view: View, shown: number): void;
}

/** Told of what somebody chose; the rest of the view stays. */
export type Choose = (part: Partial<View>) => void;

export function pressable(words: string, act: () => void): HTMLButtonElement {
  const button = el('button', { type: 'button' }, words);
  button.addEventListener('click', act);
  return button;
}

/** A button that is in or out, with a number. */
export interface Toggle {
  readonly element: HTMLButtonElement;
  show(pressed: boolean, number: number): void;
}

export function toggle(words: string, act: () => void): Toggle {
  const number = el('span', { class: 'number' });
  const element = pressable(`${words} `, act);
  element.append(number);
  return {
    element,
    show(pressed, shown) {
      element.setAttribute('aria-pressed', String(pressed));
      number.textContent = grouped(shown);
    },
  };
}

/** One of many values, or all. */
export function select(
  label: string,
  all: string,
  values: readonly (readonly [value: string, words: string])[],
  { value, choose }: { readonly value: (view: View) => string; readonly choose: (value: string) => void },
): Control {
  const options = values.map(([option, words]) => el('option', { value: option }, words));
  const element = el('select', { 'aria-label': label }, el('option', { value: '' }, all), ...options);
  element.addEventListener('change', () => choose(element.value));
  return {
    element,
    show(view) {
      element.value = value(view);
    },
  };
}
