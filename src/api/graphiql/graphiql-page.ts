import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphiQLTab } from './graphiql-tabs.ts';

/**
 * GraphiQL leaves a transform on its tabs, which takes effect when the mouse button goes down: the tab moves away from
 * the pointer, and the click is lost.
 */
const TABS_STAND_STILL = '<style>.graphiql-tab { transform: none !important; }</style>';

/**
 * The HTML of GraphiQL, with its scripts and styles inside.
 *
 * @param token sent with every request, unless the user changes it in the page
 * @param tabs the operations to open with; none opens an empty editor
 */
export function graphiqlPage(token: string | null, tabs: GraphiQLTab[] = []): string {
  const headers = token ? { headers: JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) } : {};
  // The package passes every option on to GraphiQL, but its types lack defaultTabs.
  const options = {
    title: 'Usher GraphiQL',
    endpoint: '/graphql',
    ...headers,
    defaultEditorToolsVisibility: 'variables' as const,
    ...(tabs.length > 0 ? { defaultTabs: tabs.map((tab) => ({ ...tab, ...headers })) } : {}),
  };
  return renderGraphiQL(options).replace('</head>', `${TABS_STAND_STILL}</head>`);
}
