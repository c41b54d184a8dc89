import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most tests wait for a process of their own, so that a core left free is a core left idle.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/config/**', 'src/planner/**'],
      exclude: ['src/config/schema-types.ts', 'src/config/schema-validators.ts'],
      thresholds: { lines: 95 },
    },
  },
});
