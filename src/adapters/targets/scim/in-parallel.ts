/** Much of one kind, some of it at once. */
import pLimit from 'p-limit';

/** Does `work` with each of these. After the first that rejects nothing more is begun; it rejects once all that was begun has ended. */
export async function inParallel<T>(
  items: readonly T[],
  parallelism: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit(parallelism);
  const reasons: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      limit(async () => {
        if (reasons.length > 0) return;
        await work(item).catch((error: unknown) => {
          reasons.push(error);
        });
      }),
    ),
  );
  if (reasons.length > 0) throw reasons[0];
}
