// Pages are whole without this file. What it adds: the first page says when the record has changed since.
"use strict";

const news = document.querySelector("[data-stream]");

if (news && "EventSource" in window) {
  let address = news.dataset.stream;
  let count = 0;
  let stream = null;

  const tell = (event) => {
    count += 1;
    address = address.replace(/after=\d+/, `after=${event.lastEventId}`);
    const link = document.createElement("a");
    link.href = "/";
    link.textContent = count === 1 ? "1 change since. Show it" : `${count} changes since. Show them`;
    news.replaceChildren(link);
  };
  const open = () => {
    stream = new EventSource(address);
    stream.onmessage = tell;
  };

  // A page that nobody looks at holds no connection that others could have.
  document.addEventListener("visibilitychange", () => (document.hidden ? stream.close() : open()));
  window.addEventListener("pagehide", () => stream.close());
  open();
}
