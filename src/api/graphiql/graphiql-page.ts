import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphiQLTab } from './graphiql-tabs.ts';

/**
 * GraphiQL leaves a shift on its tabs that takes effect as soon as one is pressed: the tab jumps away from below the
 * pointer, and the first click on it is lost.
 */
const TABS_STAND_STILL = '<style>.graphiql-tab { transform: none !important; }</style>';

/**
 * GraphiQL as one page that needs nothing else from the network.
 *
 * @param token sent with every request from the page, unless the reader changes it there
 * @param tabs what it opens with; none: an empty editor
 */
export function graphiqlPage(token: string | null, tabs: GraphiQLTab[] = []): string {
  const headers = token ? { headers: JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) } : {};
  // The package hands every option to GraphiQL; its types do not name defaultTabs.
  const options = {
    title: 'Usher GraphiQL',
    endpoint: '/graphql',
    ...headers,
    defaultEditorToolsVisibility: 'variables' as const,
    ...(tabs.length > 0 ? { defaultTabs: tabs.map((tab) => ({ ...tab, ...headers })) } : {}),
  };
  return renderGraphiQL(options).replace('</head>', `${TABS_STAND_STILL}</head>`);
}
