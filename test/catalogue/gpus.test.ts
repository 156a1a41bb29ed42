import { describe, expect, test } from 'vitest';
import { findGpu, gpus } from '../../src/catalogue/gpus.ts';

describe('a card is found however it is written', () => {
  test.each([
    ['4090', 'RTX 4090'],
    ['rtx4090', 'RTX 4090'],
    ['RTX 4090 24GB', 'RTX 4090'],
    ['NVIDIA GeForce RTX 4090', 'RTX 4090'],
    ['RTX 4090 48G', 'RTX 4090 48GB'],
    ['4090D', 'RTX 4090 D'],
    ['NVIDIA GeForce RTX 4090 Laptop GPU', 'RTX 4090 Laptop'],
    ['4070tis', null],
    ['4070 Ti SUPER', 'RTX 4070 Ti Super'],
    ['3060', 'RTX 3060 12GB'],
    ['RTX 3060 Laptop', 'RTX 3060 Laptop'],
    ['3090', 'RTX 3090'],
    ['A100', 'A100 80GB'],
    ['A100 40GB', 'A100 40GB'],
    ['NVIDIA A100-SXM4-80GB', 'A100 80GB'],
    ['NVIDIA A100-PCIE-40GB', 'A100 40GB'],
    ['NVIDIA A100 80GB PCIe', 'A100 80GB'],
    ['A800-SXM4-80GB', 'A800 80GB'],
    ['NVIDIA H100 80GB HBM3', 'H100 80GB'],
    ['NVIDIA H100 PCIe', 'H100 PCIe'],
    ['H100-PCIE-80GB', 'H100 PCIe'],
    ['H100 NVL', 'H100 NVL 94GB'],
    ['NVIDIA H200', 'H200 141GB'],
    ['NVIDIA H20', 'H20 96GB'],
    ['NVIDIA B200', 'B200 180GB'],
    ['NVIDIA GB200', 'GB200 186GB'],
    ['Tesla V100-SXM2-16GB', 'V100 16GB'],
    ['Tesla T4', 'T4'],
    ['NVIDIA A10G', 'A10G'],
    ['A10G 24GB', 'A10G'],
    ['NVIDIA L40S', 'L40S'],
    ['NVIDIA RTX A6000', 'RTX A6000'],
    ['A6000', 'RTX A6000'],
    ['NVIDIA RTX 6000 Ada Generation', 'RTX 6000 Ada'],
    ['NVIDIA RTX PRO 6000 Blackwell Workstation Edition', 'RTX PRO 6000 96GB'],
    ['AMD Instinct MI300X', 'MI300X'],
    ['Ascend910B3', 'Ascend 910B 64GB'],
    ['910B 32G', 'Ascend 910B 32GB'],
    ['RTX 3090 80GB', null],
    ['RTX 9999', null],
    ['', null],
    ['gpu', null],
  ])('%s', (written, name) => {
    expect(findGpu(written)?.name ?? null).toBe(name);
  });
});

test('every card is found by its own name, and no two share one', () => {
  for (const gpu of gpus) expect(findGpu(gpu.name)?.name).toBe(gpu.name);
});

test('usable memory is a little under the size on the box', () => {
  for (const gpu of gpus) {
    const box = /(\d+)GB/.exec(gpu.name)?.[1];
    if (box) expect(gpu.capacity / 2 ** 30 / Number(box)).toBeGreaterThan(0.9);
    if (box) expect(gpu.capacity / 2 ** 30 / Number(box)).toBeLessThan(1);
  }
});
