export function SendButton({ isReady }: { isReady: boolean }) {
  return (
    <button type="submit" className="send" aria-label="Send" disabled={!isReady}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 2.5 14 8 2 13.5 3.8 8.6 9 8l-5.2-.6z" fill="currentColor" />
      </svg>
    </button>
  );
}
