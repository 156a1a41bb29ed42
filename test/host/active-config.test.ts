// Which config the window is about, as editors come and go.

import { beforeEach, describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { ActiveConfigs } from '../../src/host/active-config.ts';
import type { Analyses, AnalysisChange } from '../../src/host/analyses.ts';
import { EventEmitter, editor, events, resetEditor } from '../support/fake-vscode.ts';

const silent = { trace() {}, info() {}, warn() {}, error() {} };

interface Doc {
  isClosed: boolean;
  trains: boolean;
}
const doc = (trains: boolean): Doc & vscode.TextDocument => ({ isClosed: false, trains }) as Doc & vscode.TextDocument;

function setUp() {
  const changes = new EventEmitter<AnalysisChange>();
  const analyses = {
    of: (document: Doc) => (document.trains && !document.isClosed ? { document } : null),
    onDidChange: changes.event,
  };
  const active = new ActiveConfigs(analyses as unknown as Analyses, silent);
  const shown: (boolean | null)[] = [];
  active.onDidChange((config) => shown.push(config?.inFront ?? null));
  const activate = (document?: Doc & vscode.TextDocument): void => {
    editor.activeTextEditor = document && { document };
    events.activated.fire();
  };
  const edited = (document: Doc & vscode.TextDocument): void =>
    changes.fire({ document, cause: 'text' } as unknown as AnalysisChange);
  const context = (): unknown => editor.executed.filter(([command]) => command === 'setContext').at(-1)?.[2] ?? false;
  return { active, activate, edited, context, shown };
}

beforeEach(resetEditor);

describe('the active config', () => {
  it('is none until a training config is active', () => {
    const { active, activate, context } = setUp();
    activate(doc(false));
    expect([active.current, context()]).toEqual([null, false]);
    const config = doc(true);
    activate(config);
    expect([active.current?.document, active.current?.inFront, context()]).toEqual([config, true, true]);
  });

  it('is there at once when the editor was open before the extension', () => {
    const config = doc(true);
    editor.activeTextEditor = { document: config };
    expect(setUp().active.current?.document).toBe(config);
  });

  it('stays, in front, while the focus is in the panel', () => {
    const { active, activate, context } = setUp();
    activate(doc(true));
    activate(undefined);
    expect([active.current?.inFront, context()]).toEqual([true, true]);
  });

  it('stays, but not in front, while another file is active', () => {
    const { active, activate, context } = setUp();
    const config = doc(true);
    activate(config);
    activate(doc(false));
    expect([active.current?.document, active.current?.inFront, context()]).toEqual([config, false, false]);
  });

  it('is the newest of two configs', () => {
    const { active, activate } = setUp();
    const [first, second] = [doc(true), doc(true)];
    activate(first);
    activate(second);
    expect(active.current?.document).toBe(second);
  });

  it('ends when it is closed', () => {
    const { active, activate, context } = setUp();
    const config = doc(true);
    activate(config);
    activate(undefined);
    (config as Doc).isClosed = true;
    events.closed.fire(config as never);
    expect([active.current, context()]).toEqual([null, false]);
  });

  it('ends when the text stops being one, and begins when it becomes one', () => {
    const { active, activate, edited, shown } = setUp();
    const config = doc(true);
    activate(config);
    (config as Doc).trains = false;
    edited(config);
    expect(active.current).toBeNull();
    (config as Doc).trains = true;
    edited(config);
    expect(active.current?.document).toBe(config);
    expect(shown).toEqual([true, null, true]);
  });

  it('does not stir for edits elsewhere', () => {
    const { activate, edited, shown } = setUp();
    activate(doc(true));
    edited(doc(true));
    expect(shown).toEqual([true]);
  });
});
