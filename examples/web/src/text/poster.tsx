import { useState } from 'react';

/** A movie's poster, or its first letter where there is none or it cannot be loaded. Its name stands beside it. */
export function Poster({ url, name }: { url: string | null | undefined; name: string }) {
  const [isBroken, setBroken] = useState(false);
  return url && !isBroken ? (
    <img
      className="poster"
      src={url}
      alt=""
      width={200}
      height={300}
      loading="lazy"
      onError={() => setBroken(true)}
    />
  ) : (
    <span className="poster letter" aria-hidden="true">
      {[...name][0]}
    </span>
  );
}
