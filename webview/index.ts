// The breakdown panel's page. It draws the last state the host sent and reports what the user wishes; it computes
// nothing and keeps nothing but what was opened here.
// Deliberately absent: markup in strings, network, inline script and style. The host's policy forbids them all.

import './styles/page.css';
import './styles/headline.css';
import './styles/tables.css';
import './styles/terms.css';
import './styles/details.css';
import './styles/contrast.css';
import { connect } from './bridge.ts';
import { createStore } from './store.ts';
import { registerControls } from './ui/controls.ts';
import { panelView } from './views/panel.ts';

registerControls();

const bridge = connect();
const store = createStore(bridge);
const panel = panelView(store, bridge.post);
document.body.append(panel.root);

let scrollTo = store.choices().scroll;
store.subscribe(() => {
  const shown = store.shown();
  if (!shown) return;
  panel.update(shown);
  // The place is restored once there is something to scroll; later updates leave it alone.
  if (scrollTo > 0) window.scrollTo({ top: scrollTo });
  scrollTo = 0;
});

window.addEventListener('scrollend', () => store.choose({ scroll: window.scrollY }));

bridge.listen((message) => {
  switch (message.type) {
    case 'show':
      store.show(message);
      break;
    case 'copied':
      panel.copied();
      break;
  }
});
bridge.post({ type: 'ready' });
