import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  /** The id of the element that names it. */
  labelledBy: string;
  /** False while closing it would hide what is under way. */
  canClose: boolean;
  onClose(): void;
  children: ReactNode;
}

/** The browser's modal dialog: it keeps the focus inside, and gives it back to where it was. */
export function Dialog({ labelledBy, canClose, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // The button may be gone with what it was for; then the page's heading is next.
      const target = opener?.isConnected ? opener : document.querySelector('h1');
      if (target instanceof HTMLElement) target.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        // React decides whether it is there.
        event.preventDefault();
        if (canClose) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
