import type { ReactNode } from 'react';

/** Says that there is nothing, or that something went wrong, and what can be done. */
export function Notice({ title, alert, children }: { title: string; alert?: boolean; children?: ReactNode }) {
  return (
    <div className="notice" role={alert ? 'alert' : undefined}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
