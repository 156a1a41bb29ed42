// The cards people train on, and finding one by its name as people write it.
// Capacity is what the driver leaves to programs, as PyTorch prints it when memory runs out ("GPU 0 has a total capacity of
// 23.64 GiB": ali-vilab/VGen#104; A100 80GB 81049 MiB: ekondis/mixbench#47; RTX 5090 32117 MiB, 170 multiprocessors:
// aikitoria/open-gpu-kernel-modules#1; RTX 3080 9.78 GiB: zai-org/CogVideo#34; Ascend 910B 60.97 GiB: zai-org/CogVideo#63).
// It varies by some tens of MiB with driver and ECC; the lower of the figures seen is taken. A laptop's card is written
// without its display's share. Multiprocessors are those of the vendors' architecture papers and data sheets.
// Deliberately absent: cards nobody can train on (under 4 GB), prices, speeds.

import { bytes, GiB } from '../base/bytes.ts';
import type { Gpu } from '../memory/gpu.ts';

type Row = readonly [name: string, usableGiB: number, multiprocessors: number];
type Generation = readonly [architecture: Gpu['architecture'], sm: number, rows: readonly Row[]];

// Where one name has several sizes, the size is in the name and the first is meant when none is asked for.
const GENERATIONS: readonly Generation[] = [
  ['pascal', 60, [['P100 16GB', 15.89, 56]]],
  [
    'pascal',
    61,
    [
      ['P40', 22.38, 30],
      ['GTX 1080 Ti', 10.91, 28],
    ],
  ],
  [
    'volta',
    70,
    [
      ['V100 32GB', 31.73, 80],
      ['V100 16GB', 15.77, 80],
    ],
  ],
  [
    'turing',
    75,
    [
      ['T4', 14.56, 40],
      ['RTX 2060', 5.79, 30],
      ['RTX 2060 Super', 7.79, 34],
      ['RTX 2070', 7.79, 36],
      ['RTX 2070 Super', 7.79, 40],
      ['RTX 2080', 7.79, 46],
      ['RTX 2080 Super', 7.79, 48],
      ['RTX 2080 Ti', 10.75, 68],
      ['Titan RTX', 23.65, 72],
      ['RTX 6000 Turing', 23.65, 72],
      ['RTX 8000', 47.45, 72],
    ],
  ],
  [
    'ampere',
    80,
    [
      ['A100 80GB', 79.14, 108],
      ['A100 40GB', 39.38, 108],
      ['A800 80GB', 79.14, 108],
      ['A30', 23.5, 56],
    ],
  ],
  [
    'ampere',
    86,
    [
      ['A10', 21.99, 72],
      ['A10G', 21.98, 80],
      ['A16', 14.54, 10],
      ['A40', 44.35, 84],
      ['A2', 14.54, 10],
      ['RTX A2000 12GB', 11.62, 26],
      ['RTX A2000 6GB', 5.77, 26],
      ['RTX A4000', 15.73, 48],
      ['RTX A4500', 19.7, 56],
      ['RTX A5000', 23.54, 64],
      ['RTX A5500', 23.54, 80],
      ['RTX A6000', 47.4, 84],
      ['RTX 3050 8GB', 7.67, 20],
      ['RTX 3050 6GB', 5.77, 18],
      ['RTX 3060 12GB', 11.75, 28],
      ['RTX 3060 8GB', 7.66, 28],
      ['RTX 3060 Ti', 7.66, 38],
      ['RTX 3070', 7.66, 46],
      ['RTX 3070 Ti', 7.66, 48],
      ['RTX 3080 10GB', 9.77, 68],
      ['RTX 3080 12GB', 11.76, 70],
      ['RTX 3080 Ti', 11.76, 80],
      ['RTX 3090', 23.68, 82],
      ['RTX 3090 Ti', 23.68, 84],
      ['RTX 3050 Laptop 4GB', 3.81, 16],
      ['RTX 3050 Laptop 6GB', 5.8, 20],
      ['RTX 3050 Ti Laptop', 3.81, 20],
      ['RTX 3060 Laptop', 5.8, 30],
      ['RTX 3070 Laptop', 7.79, 40],
      ['RTX 3070 Ti Laptop', 7.79, 46],
      ['RTX 3080 Laptop 16GB', 15.74, 48],
      ['RTX 3080 Laptop 8GB', 7.79, 48],
      ['RTX 3080 Ti Laptop', 15.74, 58],
    ],
  ],
  [
    'ada',
    89,
    [
      ['L4', 22.03, 58],
      ['L20', 44.42, 92],
      ['L40', 44.35, 142],
      ['L40S', 44.39, 142],
      ['RTX 6000 Ada', 47.38, 142],
      ['RTX 5000 Ada', 31.49, 100],
      ['RTX 4500 Ada', 23.55, 60],
      ['RTX 4000 Ada', 19.57, 48],
      ['RTX 4060', 7.62, 24],
      ['RTX 4060 Ti 16GB', 15.58, 34],
      ['RTX 4060 Ti 8GB', 7.62, 34],
      ['RTX 4070', 11.6, 46],
      ['RTX 4070 Super', 11.6, 56],
      ['RTX 4070 Ti', 11.6, 60],
      ['RTX 4070 Ti Super', 15.57, 66],
      ['RTX 4080', 15.57, 76],
      ['RTX 4080 Super', 15.57, 80],
      ['RTX 4090', 23.53, 128],
      ['RTX 4090 48GB', 47.38, 128],
      ['RTX 4090 D', 23.53, 114],
      ['RTX 4050 Laptop', 5.64, 20],
      ['RTX 4060 Laptop', 7.62, 24],
      ['RTX 4070 Laptop', 7.62, 36],
      ['RTX 4080 Laptop', 11.6, 58],
      ['RTX 4090 Laptop', 15.58, 76],
    ],
  ],
  [
    'hopper',
    90,
    [
      ['H100 80GB', 79.1, 132],
      ['H100 PCIe', 79.1, 114],
      ['H100 NVL 94GB', 93.01, 132],
      ['H800 80GB', 79.1, 132],
      ['H20 96GB', 95.0, 78],
      ['H200 141GB', 139.71, 132],
      ['GH200 96GB', 94.5, 132],
    ],
  ],
  [
    'blackwell',
    100,
    [
      ['B200 180GB', 178.35, 148],
      ['GB200 186GB', 184.3, 152],
    ],
  ],
  [
    'blackwell',
    120,
    [
      ['RTX 5060', 7.53, 30],
      ['RTX 5060 Ti 16GB', 15.46, 36],
      ['RTX 5060 Ti 8GB', 7.53, 36],
      ['RTX 5070', 11.5, 48],
      ['RTX 5070 Ti', 15.46, 70],
      ['RTX 5080', 15.46, 84],
      ['RTX 5090', 31.33, 170],
      ['RTX 5090 D', 31.33, 170],
      ['RTX PRO 6000 96GB', 94.95, 188],
      ['RTX PRO 5000 48GB', 47.4, 110],
      ['RTX 5060 Laptop', 7.53, 26],
      ['RTX 5070 Laptop', 7.53, 36],
      ['RTX 5070 Ti Laptop', 11.5, 46],
      ['RTX 5080 Laptop', 15.46, 60],
      ['RTX 5090 Laptop', 23.45, 82],
    ],
  ],
  // A MI250X is two devices; each die counts as one card, as PyTorch shows it.
  [
    'cdna',
    0,
    [
      ['MI210', 63.98, 104],
      ['MI250X', 63.98, 110],
      ['MI250', 63.98, 104],
      ['MI300X', 191.5, 304],
    ],
  ],
  ['rdna', 0, [['RX 7900 XTX', 23.98, 96]]],
  [
    'ascend',
    0,
    [
      ['Ascend 910B 64GB', 60.96, 24],
      ['Ascend 910B 32GB', 29.5, 24],
    ],
  ],
];

export const gpus: readonly Gpu[] = GENERATIONS.flatMap(([architecture, sm, rows]) =>
  rows.map(
    ([name, usable, multiprocessors]): Gpu => ({
      name,
      capacity: bytes(Math.floor(usable * GiB)),
      multiprocessors,
      architecture,
      sm,
    }),
  ),
);

/** `4090`, `rtx4090`, `RTX 4090 24GB`, `NVIDIA A100-SXM4-80GB`: the card meant, or null. */
export function findGpu(name: string): Gpu | null {
  const asked = readName(name);
  if (asked.key === '') return null;
  const named = INDEX.filter((known) => known.key === asked.key);
  const { size } = asked;
  if (size === null) return named[0]?.gpu ?? null;
  return named.find((known) => fitsBox(known.gpu, size))?.gpu ?? null;
}

/** The box says a round number; the driver leaves a little less (A10G: 24 GB with ECC leaves 22). */
const fitsBox = (gpu: Gpu, gigabytes: number): boolean =>
  gpu.capacity / GiB <= gigabytes * 1.005 && gpu.capacity / GiB >= gigabytes * 0.9;

// What vendors and drivers put around a name. `rtx` goes too: no two cards differ by it alone. Of PCIe cards only the H100
// has fewer multiprocessors than its sister.
const NOISE =
  /\b(nvidia|geforce|tesla|quadro|amd|radeon|instinct|huawei|ascend|atlas|npu|gpu|graphics|card|rtx|gtx|sxm\d?|oam|hbm\d?e?|(?<!h100.*)pcie|generation|blackwell|hopper|ampere|workstation|server|edition|max-q)\b/g;
const SIZE = /\b(\d{1,3})\s*gi?b?\b/;

function readName(name: string): { readonly key: string; readonly size: number | null } {
  const text = name
    .slice(0, 80)
    .toLowerCase()
    .replace(/[_\-/()[\]]+/g, ' ')
    .replace(/(rtx|gtx|ascend)(?=\S)/g, '$1 ');
  const size = SIZE.exec(text);
  const bare = text
    .replace(/\b(mobile|notebook)\b/g, 'laptop')
    .replace(NOISE, ' ')
    .replace(SIZE, ' ')
    .replace(/\b910b\d\b/, '910b');
  const key = bare.replace(/[^a-z0-9]+/g, '');
  return { key, size: size ? Number(size[1]) : null };
}

const INDEX = gpus.map((gpu) => ({ key: readName(gpu.name).key, gpu }));
