/** Text that came from outside, on its way to a terminal. */
export { inert } from '../domain/inert.ts';
