import { useEffect, useRef, type ReactNode } from "react";

interface Props {
  title: string;
  submit: string | null;
  close: string;
  onSubmit: () => void;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}

/** A modal form: the browser's own dialog keeps the focus inside and closes it at Escape. */
export function Dialog({ title, submit, close, onSubmit, onClose, className = "", children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <header>
          <h2>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="m4 4 8 8m0-8-8 8" fill="none" stroke="currentColor" strokeWidth="1.6" />
            </svg>
          </button>
        </header>
        <div className="dialog-body">{children}</div>
        <footer>
          <button type="button" className="button" onClick={onClose}>
            {close}
          </button>
          {submit && (
            <button type="submit" className="button is-primary">
              {submit}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
