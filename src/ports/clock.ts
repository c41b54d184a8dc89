/** What the time is. */
import type { Instant } from '../domain/instant.ts';

/** Tells what now is. `--at` fixes it. */
export type Clock = () => Instant;
