import { useEffect, useRef } from 'react';

/**
 * Names the page, and moves the focus to its heading once it is there: else a screen reader would not notice that
 * another page has come.
 *
 * @returns the reference for the heading, which needs tabIndex -1
 */
export function usePageTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === 'My bookings' ? title : `${title} · My bookings`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return heading;
}
