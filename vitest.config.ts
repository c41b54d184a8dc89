import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/config/**', 'src/planner/**'],
      exclude: ['src/config/schema-types.ts', 'src/config/schema-validators.ts'],
      thresholds: { lines: 95 },
    },
  },
});
