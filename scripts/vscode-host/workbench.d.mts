import type { FrameLocator, Locator, Page } from 'playwright-core';

export interface Opening {
  readonly authority: string;
  readonly folder?: string;
  readonly file?: string;
  readonly tests?: string;
  readonly development?: readonly string[];
  readonly disableExtensions?: boolean;
}

export function workbenchUrl(opening: Opening): string;
export function openWorkbench(page: Page, opening: Opening): Promise<void>;
export function runCommand(page: Page, title: string): Promise<void>;
export function webview(page: Page): FrameLocator;
export function line(page: Page, text: string): Locator;
export function hoverWord(page: Page, word: string): Promise<Locator>;
