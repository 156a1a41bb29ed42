// The bridge to the host: checked messages in, checked messages out, and the little state that survives being hidden.

import { readToHost, readToWebview, type ToHost, type ToWebview } from '../src/protocol/messages.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Bridge {
  readonly post: (message: ToHost) => void;
  readonly listen: (receive: (message: ToWebview) => void) => void;
  readonly savedState: () => unknown;
  readonly saveState: (state: unknown) => void;
}

/** May be called once a page: VS Code hands its API out a single time. */
export function connect(): Bridge {
  const api = acquireVsCodeApi();
  const post = (message: ToHost): void => {
    const checked = readToHost(message);
    api.postMessage(checked.ok ? checked.value : problem(`not sent: ${checked.error}`));
  };
  return {
    post,
    listen(receive) {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = readToWebview(event.data);
        if (message.ok) receive(message.value);
        else post(problem(`dropped ${message.error}`));
      });
    },
    savedState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}

const problem = (message: string): ToHost => ({ type: 'problem', message });
