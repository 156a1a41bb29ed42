import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { createBreakdownPanel } from '../../src/host/panel.ts';
import { panelTexts } from '../../src/protocol/panel-texts.ts';
import { plainText } from '../../src/protocol/plain-text.ts';
import { sample } from '../../webview/preview/samples.ts';
import { EventEmitter, Uri } from '../support/fake-vscode.ts';

/** One webview panel, as far as the host touches it. */
class FakePanel {
  readonly posted: unknown[] = [];
  readonly received = new EventEmitter<unknown>();
  readonly disposed = new EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;
  visible = true;
  revealed = 0;
  iconPath: unknown;
  readonly webview = {
    html: '',
    onDidReceiveMessage: this.received.event,
    asWebviewUri: (uri: Uri) => uri,
    postMessage: async (message: unknown) => this.posted.push(message),
  };
  constructor(readonly options: vscode.WebviewPanelOptions & vscode.WebviewOptions) {}
  reveal(): void {
    this.revealed += 1;
  }
  dispose(): void {
    this.disposed.fire();
  }
}

const opened = vi.hoisted(() => ({ panels: [] as FakePanel[], copied: [] as string[] }));
vi.mock('vscode', async () => ({
  ...(await import('../support/fake-vscode.ts')),
  ViewColumn: { Beside: -2 },
  env: { language: 'zh-cn', clipboard: { writeText: async (text: string) => void opened.copied.push(text) } },
  window: {
    createWebviewPanel: (_type: string, _title: string, _where: unknown, options: FakePanel['options']) => {
      const panel = new FakePanel(options);
      opened.panels.push(panel);
      return panel;
    },
  },
}));

const view = sample('fits', 'en');

function openPanel() {
  const calls: unknown[] = [];
  const panel = createBreakdownPanel(Uri.parse('file:///ext') as unknown as vscode.Uri, {
    reveal: (span) => calls.push(['reveal', span]),
    pickGpu: () => calls.push(['pickGpu']),
    log: (message) => calls.push(['log', message]),
  });
  panel.show(view);
  const [page] = opened.panels;
  if (!page) throw new Error('no panel was opened');
  return { panel, page, calls };
}

beforeEach(() => {
  opened.panels.length = 0;
  opened.copied.length = 0;
});

describe('the breakdown panel', () => {
  it('opens one page and tells it everything each time the page says it is ready', () => {
    const { page, panel } = openPanel();
    expect(page.posted).toEqual([]);
    page.received.fire({ type: 'ready' });
    page.received.fire({ type: 'ready' });
    const shown = { type: 'show', texts: panelTexts('en'), breakdown: view };
    expect(page.posted).toEqual([shown, shown]);
    panel.show(view);
    expect([opened.panels.length, page.revealed]).toEqual([1, 1]);
  });

  it('allows its page our two folders and a fresh nonce, and keeps nothing alive behind the scenes', () => {
    const { page, panel } = openPanel();
    expect(page.options.localResourceRoots?.map(String)).toEqual(['file:///ext/dist', 'file:///ext/media']);
    expect(page.options.retainContextWhenHidden).toBeUndefined();
    panel.dispose();
    const [first, second] = [page, openPanelAgain()].map((one) => /nonce-([^']+)'/.exec(one.webview.html)?.[1]);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
  });

  it('sends what changed while it is visible, and the last state when it comes back', () => {
    const { page, panel } = openPanel();
    page.visible = false;
    panel.update(null);
    expect(page.posted).toEqual([]);
    page.visible = true;
    page.received.fire({ type: 'ready' });
    // Nothing to draw says in which language: the editor's own.
    expect(page.posted).toEqual([{ type: 'show', texts: panelTexts('zh-cn'), breakdown: null }]);
  });

  it('does what the page asks for', async () => {
    const { page, calls } = openPanel();
    page.received.fire({ type: 'reveal', start: 3, end: 9 });
    page.received.fire({ type: 'pick-gpu' });
    page.received.fire({ type: 'copy' });
    expect(calls).toEqual([['reveal', { start: 3, end: 9 }], ['pickGpu']]);
    await expect.poll(() => page.posted).toEqual([{ type: 'copied' }]);
    expect(opened.copied).toEqual([view && plainText(view)]);
  });

  it('logs and drops what is no message of its page', () => {
    const { page, calls } = openPanel();
    page.received.fire({ type: 'reveal', start: '0' });
    page.received.fire({ type: 'run', command: 'rm' });
    page.received.fire({ type: 'problem', message: 'dropped "x"' });
    expect(calls.map((call) => JSON.stringify(call))).toEqual([
      expect.stringContaining('panel: dropped \\"reveal\\"'),
      expect.stringContaining('panel: dropped \\"run\\"'),
      expect.stringContaining('panel: page: dropped'),
    ]);
    expect(page.posted).toEqual([]);
  });

  it('forgets a page that was closed, and opens another', () => {
    const { page, panel } = openPanel();
    page.dispose();
    expect(panel.visible).toBe(false);
    panel.update(view);
    panel.show(view);
    expect(opened.panels.length).toBe(2);
  });
});

function openPanelAgain(): FakePanel {
  opened.panels.length = 0;
  return openPanel().page;
}
