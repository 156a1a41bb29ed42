// Icons as paths in a 16 x 16 box, drawn in the colour of the text beside them. They repeat what the text says, so they
// are hidden from screen readers.

const PATHS = {
  check: 'M3 8.5l3.2 3.2L13 5',
  warning: 'M8 2.2L14.6 13.6H1.4L8 2.2zM8 6.4v3.4M8 11.4v.6',
  cross: 'M4 4l8 8M12 4l-8 8',
  information: 'M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM8 7.2v4M8 4.8v.6',
  chevron: 'M6 3.5L10.5 8 6 12.5',
  document: 'M4 1.8h5l3 3v9.4H4V1.8zM9 1.8v3h3M6 8h4M6 10.6h4',
  gauge: 'M2.2 12.2a6.4 6.4 0 1111.6 0M8 9.4l3-3.4',
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(SVG, 'path'));
  drawIcon(svg, name);
  return svg;
}

export function drawIcon(svg: SVGSVGElement, name: IconName): void {
  svg.firstElementChild?.setAttribute('d', PATHS[name]);
}
