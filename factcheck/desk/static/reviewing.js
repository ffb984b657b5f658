// The desk is whole without this file. What it adds: drafts that survive a reload, earlier claims while a claim is typed,
// and quotes by selecting them.
"use strict";

const account = document.querySelector("[data-account]")?.dataset.account ?? "";
const SENT = "factcheck sent";

// What is kept in the browser is a convenience: where it cannot be, all else works.
function store(area, name, value) {
  try {
    if (value === null) area().removeItem(name);
    else area().setItem(name, value);
    return true;
  } catch {
    return false;
  }
}

function stored(area, name) {
  try {
    return area().getItem(name);
  } catch {
    return null;
  }
}

const local = () => window.localStorage;
const session = () => window.sessionStorage;

// Who was refused hears why first.
document.querySelector(".faults")?.focus();

// A draft goes once the page after its form says that it was done; any other page leaves it.
const sent = stored(session, SENT);
if (sent !== null && document.querySelector("[data-done]")) store(local, sent, null);
// Where the session had ended, what was sent is on its way still.
if (sent !== null && !document.querySelector("[data-kept]")) store(session, SENT, null);

function contents(form) {
  return [...new FormData(form)].filter(([name]) => name !== "csrf" && name !== "seq");
}

function fill(form, pairs) {
  for (const field of form.elements) {
    if (!field.name || field.name === "csrf" || field.name === "seq") continue;
    const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type !== "submit" && values.length) field.value = values[0];
  }
}

function keepDrafts(form) {
  const key = `factcheck draft ${account} ${form.dataset.draft}`;
  const note = form.querySelector("[data-draft-note]");
  const first = JSON.stringify(contents(form));
  let waiting = 0;

  const tell = (words, at) => {
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "plain";
    drop.textContent = "Throw the draft away";
    drop.addEventListener("click", () => {
      clearTimeout(waiting);
      store(local, key, null);
      fill(form, JSON.parse(first));
      note.textContent = "The draft is gone.";
      form.querySelector("textarea, input:not([type=hidden])")?.focus();
    });
    const time = new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
    note.replaceChildren(document.createTextNode(`${words} ${time}, in this browser. `), drop);
    note.hidden = false;
  };
  const keep = () => {
    const at = Date.now();
    if (store(local, key, JSON.stringify({ at, pairs: contents(form) }))) tell("Draft saved", at);
  };

  const held = stored(local, key);
  if (held !== null && !("typed" in form.dataset)) {
    try {
      const draft = JSON.parse(held);
      fill(form, draft.pairs);
      tell("Draft restored, as it was saved", draft.at);
    } catch {
      store(local, key, null);
    }
  }
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 400);
  });
  window.addEventListener("pagehide", () => {
    if (waiting) clearTimeout(waiting);
    if (stored(session, SENT) !== key && JSON.stringify(contents(form)) !== first) keep();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "look") return;
    clearTimeout(waiting);
    keep();
    store(session, SENT, key);
  });
}

document.querySelectorAll("form[data-draft]").forEach(keepDrafts);

// A second click while the first is on its way sends nothing twice.
document.querySelectorAll("form[method=post]").forEach((form) => {
  let gone = false;
  form.addEventListener("submit", (event) => {
    if (gone) event.preventDefault();
    gone = true;
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    gone = false;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

// Earlier claims that may say the same, while a claim is typed.
const typing = document.querySelector("[data-matches]");
const shown = document.querySelector("[data-matches-shown]");
if (typing && shown) {
  let waiting = 0;
  let asked = null;
  typing.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      asked?.abort();
      asked = new AbortController();
      const body = new URLSearchParams({ text: typing.value, csrf: typing.form.elements.csrf.value });
      try {
        const answer = await fetch(typing.dataset.matches, { method: "POST", body, signal: asked.signal });
        // The piece is escaped where it is made, and the page's policy runs nothing that stands in it.
        if (answer.ok) shown.innerHTML = typing.value.trim() ? await answer.text() : "";
      } catch {
        // A later letter asks again.
      }
    }, 500);
  });
}

// A quote is what is selected in the page's text, with some words around it.
const page = document.querySelector("[data-stored]");
if (page) {
  const AROUND = 60;
  const part = (name) => document.getElementsByName(`quote.${name}`)[0];
  const near = (text, last) => {
    const line = text.replace(/\s+/g, " ");
    return last ? line.slice(-AROUND).replace(/^\S*\s/, "").trim() : line.slice(0, AROUND).replace(/\s\S*$/, "").trim();
  };
  page.addEventListener("select", () => {
    const { selectionStart: from, selectionEnd: to, value } = page;
    if (from === to) return;
    part("exact").value = value.slice(from, to).trim();
    part("prefix").value = near(value.slice(Math.max(0, from - 2 * AROUND), from), true);
    part("suffix").value = near(value.slice(to, to + 2 * AROUND), false);
    part("exact").dispatchEvent(new Event("input", { bubbles: true }));
  });
}
