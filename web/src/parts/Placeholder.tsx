/** Stands for a picture from elsewhere: the page loads nothing that does not come from this machine. */
export function Placeholder({ alt, url }: { alt: string; url: string }) {
  return (
    <a className="placeholder" href={url} target="_blank" rel="noreferrer">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <rect x="3" y="4" width="18" height="16" rx="2.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <circle cx="8.5" cy="9.5" r="1.6" fill="currentColor" />
        <path d="m4 18 5.5-5 4 3.5 3-2.5 4 4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      <span>
        <strong>{alt || "Picture"}</strong>
        <small>A picture from {hostOf(url)}, not loaded here</small>
      </span>
    </a>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "elsewhere";
  }
}
