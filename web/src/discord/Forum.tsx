import { useState, type FormEvent } from "react";
import type { Channel, World } from "../protocol";
import { act, choosePlace, useStore } from "../store";

/** A forum: its posts, newest first, and a form for a new one. */
export function Forum({ world, forum }: { world: World; forum: Channel }) {
  const { messages } = useStore();
  const posts = world.channels.filter(({ parent }) => parent === forum.id).reverse();
  const countIn = (post: Channel) => messages.filter(({ channel }) => channel === post.id).length - 1;
  return (
    <div className="pane-main forum">
      <NewPost world={world} forum={forum} />
      <ul aria-label={`Posts in ${forum.name}`}>
        {posts.map((post) => (
          <li key={post.id}>
            <button type="button" onClick={() => choosePlace(world.name, post.id)}>
              {post.tags?.map((tag) => (
                <span className="tag" key={tag}>
                  {tag}
                </span>
              ))}
              <strong>{post.name}</strong>
              <small>{countIn(post) === 1 ? "1 reply" : `${Math.max(0, countIn(post))} replies`}</small>
            </button>
          </li>
        ))}
      </ul>
      {!posts.length && <p className="forum-empty">No posts yet. Write one, or let a digest come here.</p>}
    </div>
  );
}

function NewPost({ world, forum }: { world: World; forum: Channel }) {
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [tag, setTag] = useState("");
  const isReady = name.trim() !== "" && text.trim() !== "";
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const made = await act<{ channel: string }>({
      do: "post",
      platform: world.name,
      channel: forum.id,
      name: name.trim(),
      text: text.trim(),
      tag: tag || null,
    });
    if (made) choosePlace(world.name, made.channel);
  };
  return (
    <form className="new-post" aria-label="New post" onSubmit={(event) => void send(event)}>
      <input
        aria-label="Title of the post"
        placeholder="Title"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <textarea
        aria-label="First message of the post"
        placeholder="First message; @readbot asks it"
        rows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <select aria-label="Tag" value={tag} onChange={(event) => setTag(event.target.value)}>
          <option value="">No tag</option>
          {forum.tags?.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <button type="submit" className="button" disabled={!isReady}>
          Post
        </button>
      </div>
    </form>
  );
}
