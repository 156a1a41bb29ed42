import { describe, expect, it } from 'vitest';
import { MiB } from '../../src/base/bytes.ts';
import { CachingAllocator } from '../../src/memory/allocator.ts';

describe('segments', () => {
  it.each([
    ['small tensors share 2 MiB', 1000, 2 * MiB, 1024],
    ['up to 10 MiB they come from 20', 3 * MiB, 20 * MiB, 3 * MiB],
    ['larger ones are rounded to 2 MiB, and a rest up to 1 MiB is not split off', 11 * MiB + 1, 12 * MiB, 12 * MiB],
    ['a rest of more than 1 MiB is', 10 * MiB + 512, 12 * MiB, 10 * MiB + 512],
  ])('%s', (_name, bytes, reserved, allocated) => {
    const a = new CachingAllocator();
    a.alloc(bytes);
    expect([a.reserved, a.allocated]).toEqual([reserved, allocated]);
  });
});

it('takes the smallest free block that fits, and the lowest address among equals', () => {
  const a = new CachingAllocator();
  const ids = [12, 14, 12].map((n) => a.alloc(n * MiB));
  for (const id of ids) a.free(id);
  a.alloc(12 * MiB);
  a.alloc(12 * MiB);
  a.alloc(13 * MiB); // 14 MiB, whose rest of 1 MiB stays
  expect([a.reserved, a.allocated]).toEqual([38 * MiB, 38 * MiB]);
});

it('joins neighbours when they are freed', () => {
  const a = new CachingAllocator();
  const ids = [5, 5, 5].map((n) => a.alloc(n * MiB));
  for (const id of [ids[0], ids[2], ids[1]]) a.free(id ?? 0);
  a.alloc(20 * MiB - 512);
  expect(a.reserved).toBe(20 * MiB);
});

it('gives whole free segments back, and keeps those in use', () => {
  const a = new CachingAllocator();
  const kept = a.alloc(4 * MiB);
  const dropped = a.alloc(30 * MiB);
  a.free(dropped);
  a.emptyCache();
  expect(a.reserved).toBe(20 * MiB);
  a.free(kept);
  a.emptyCache();
  expect([a.reserved, a.peakReserved]).toEqual([0, 50 * MiB]);
});

it('refuses to free a block twice', () => {
  const a = new CachingAllocator();
  const id = a.alloc(1);
  a.free(id);
  expect(() => a.free(id)).toThrow('not alive');
});
