import { useEffect, useRef, useState } from 'react';

/** Loads what follows when it comes into view; it is a button for those who do not scroll. */
export function ShowMore({ load }: { load(): Promise<unknown> }) {
  const button = useRef<HTMLButtonElement>(null);
  const [state, setState] = useState<'waiting' | 'loading' | 'failed'>('waiting');
  const start = () => {
    setState('loading');
    load().catch(() => setState('failed'));
  };
  const latest = useRef(start);
  latest.current = start;

  useEffect(() => {
    if (!button.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        latest.current();
      },
      { rootMargin: '200px' },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, []);

  return (
    <p className="more">
      {state === 'failed' && <span role="alert">We could not load more bookings. </span>}
      <button ref={button} type="button" onClick={start} aria-busy={state === 'loading'}>
        {state === 'loading' ? 'Loading…' : state === 'failed' ? 'Try again' : 'Show more'}
      </button>
    </p>
  );
}
