// The builder without reloading: forms are sent by fetch, one after the other, and the
// parts that are new are put in place. What is typed is saved by itself.

import { choicesByDrag, questionsByDrag } from "./builder_drag.js";
import { Preview } from "./builder_preview.js";
import { insert } from "./builder_typing.js";
import { offerUndo } from "./builder_toast.js";
import { addSteps } from "./builder_steps.js";
import { conflict, refusal, carryOver, valuesOf } from "./builder_conflict.js";

const builder = document.getElementById("builder");
const changes = document.getElementById("changes");
const said = document.querySelector("[data-said]");
const words = builder.dataset;
const editor = () => document.getElementById("builder-editor");
const preview = new Preview(document.querySelector("[data-preview]"));
const QUIET = 600;
const RETRY = 3000;

// Where the page stands: what every change names.
const here = {
  get revision() { return changes.elements.revision.value; },
  set revision(value) { changes.elements.revision.value = value; },
};

/* Saving */

let queue = Promise.resolve();
let waiting = null; // timer of what was typed
let dirty = null; // the form in which something was typed
let inFlight = 0;

// One request at a time: each names the revision that the one before led to.
function enqueue(task) {
  queue = queue.then(task, task);
  return queue;
}

function state(name, text) {
  const shown = document.querySelector("[data-save-state]");
  if (!shown) return;
  shown.dataset.state = name;
  const label = shown.querySelector("[data-save-words]");
  if (label.textContent !== text) label.textContent = text;
}

function say(text) {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}

async function ask(url, options = {}, keeps = false) {
  const headers = { "X-Requested-With": "fetch", ...(keeps ? { "X-Builder": "keep" } : {}) };
  inFlight += 1;
  try {
    const response = await fetch(url, { ...options, headers });
    if (response.redirected || !response.headers.get("Content-Type")?.includes("json")) {
      return { gone: true };
    }
    return { ok: response.ok, answer: await response.json() };
  } catch {
    return { offline: true };
  } finally {
    inFlight -= 1;
  }
}

function bodyOf(form, submitter) {
  const body = new FormData(form, submitter);
  body.set("revision", here.revision);
  return body;
}

// Sends a form. `keeps` leaves the editor as it is, with the person typing in it.
async function send(form, { submitter = null, keeps = false } = {}) {
  const before = valuesOf(form);
  const url = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  if (form === dirty) settle();
  state("saving", words.saving);
  const sent = await ask(url, { method: "POST", body: bodyOf(form, submitter) }, keeps);
  if (sent.gone || sent.offline) {
    state("unsaved", sent.gone ? words.gone : words.offline);
    if (form.matches("[data-autosave]")) later(form, RETRY);
    return null;
  }
  if (!sent.ok) return refused(form, sent.answer);
  show(sent.answer, { before, form, focus: keeps ? null : focusAfter(submitter) });
  if (!dirty) state("saved", words.saved);
  return sent.answer;
}

function refused(form, answer) {
  const typed = form.matches("[data-autosave]");
  state(typed ? "unsaved" : "saved", typed ? words.unsaved : words.saved);
  if (!answer.is_conflict) return refusal(editor(), answer);
  conflict(editor(), answer, words, {
    mine: typed && (() => {
      here.revision = answer.revision;
      enqueue(() => send(form));
    }),
    theirs: () => {
      const kept = valuesOf(form);
      settle();
      enqueue(() => go(location.href)).then(() => typed && carryOver(editor(), kept, words));
    },
  });
  return null;
}

function later(form, wait = QUIET) {
  dirty = form;
  clearTimeout(waiting);
  waiting = setTimeout(() => enqueue(() => dirty === form && form.isConnected && send(form, { keeps: true })), wait);
}

function settle() {
  clearTimeout(waiting);
  dirty = null;
}

// What was typed is saved before anything else happens.
async function flush() {
  if (dirty?.isConnected) await enqueue(() => dirty && send(dirty, { keeps: true }));
}

/* Showing */

function show(answer, { before = null, form = null, focus = null } = {}) {
  here.revision = answer.revision;
  changes.elements.at.value = answer.at;
  changes.elements.language.value = answer.language;
  document.querySelector("[data-title]").textContent = answer.title;
  for (const [name, html] of Object.entries(answer.parts)) {
    if (name === "editor") put(editor(), html, before, form);
    else if (!document.querySelector(".is-dragged")) replaceKeepingFocus(document.getElementById(`builder-${name}`), html);
  }
  measure();
  preview.show(answer.preview, answer.revision);
  questionsByDrag(move);
  if (answer.parts.editor) choicesByDrag(editor(), reordered);
  (focus && focus())?.focus();
}

// The editor anew. What was typed while the request was under way is typed again.
function put(region, html, before, form) {
  const now = form?.isConnected ? valuesOf(form) : null;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = html;
  const fresh = region.querySelector("form[data-autosave]");
  if (before && now && fresh?.action === form.action) {
    for (const [name, value] of now.texts) {
      const field = fresh.querySelector(`#${CSS.escape(name)}`);
      if (field && before.texts.get(name) !== value) {
        field.value = value;
        later(fresh);
      }
    }
  }
  if (focused) document.getElementById(focused)?.focus();
}

function replaceKeepingFocus(region, html) {
  const top = region.scrollTop;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = html;
  if (region.id === "builder-outline") addSteps();
  region.scrollTop = top;
  if (focused) document.getElementById(focused)?.focus();
}

// After a button was pressed that is gone now: the next thing of its kind.
function focusAfter(submitter) {
  if (!submitter) return null;
  const { name, value, id } = submitter;
  const added = /^(choices|rows)-add$/.exec(value ?? "")?.[1];
  if (added) return () => [...editor().querySelectorAll(`[name="${added}.text"]`)].at(-1);
  if (name === "kind") return () => editor().querySelector("[data-first]");
  if (id) return () => {
    const same = document.getElementById(id);
    return same && !same.disabled ? same : editor();
  };
  if (name === "do") return () => {
    const same = editor().querySelector(`[name="do"][value="${CSS.escape(value)}"]:enabled`);
    return same ?? editor().querySelector("[data-first]") ?? editor();
  };
  return () => editor();
}

function measure() {
  const head = document.querySelector(".page-head");
  builder.style.setProperty("--head", `${head.offsetHeight}px`);
}

async function go(url, { push = false } = {}) {
  const sent = await ask(url);
  if (!sent.ok) return void location.assign(url);
  settle();
  show(sent.answer);
  if (push) history.pushState(null, "", sent.answer.address);
  state("saved", words.saved);
}

function view(name) {
  builder.dataset.shows = name;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === name));
  }
}

/* What people do */

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    open(link);
  }
  const button = event.target.closest("[data-view]");
  if (button) view(button.dataset.view);
  const turn = event.target.closest("[data-turn]");
  if (turn) preview.turn(Number(turn.dataset.turn));
  const piece = event.target.closest("[data-insert]");
  if (piece) insert(piece);
});

async function open(link) {
  const fromOutline = link.closest(".builder-outline");
  await flush();
  await enqueue(() => go(link.href, { push: true }));
  view("editor");
  if (fromOutline || link.closest(".builder-status, .check-list, .notice")) {
    editor().focus({ preventScroll: true });
    if (matchMedia("(width < 900px)").matches) scrollTo(0, 0);
  } else if (link.closest(".language-tabs")) {
    editor().querySelector(".language-tabs [aria-current]")?.focus();
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-builder]")) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (form !== dirty) await flush();
  const answer = await enqueue(() => send(form, { submitter }));
  if (!answer) return;
  if (answer.address && !location.href.endsWith(answer.address)) history.pushState(null, "", answer.address);
  if (submitter?.name === "to") place(submitter);
  if (submitter?.getAttribute("formaction")?.endsWith("/remove")) offerUndo(words);
  if (submitter?.closest(".outline") && answer.at && !submitter.name) view("editor");
});

// Says where a question stands that was moved.
function place(button) {
  const links = [...document.querySelectorAll(".outline-questions .outline-link")];
  const moved = button.id.replace(/^(up|down)-/, "part-question-");
  const at = links.findIndex((link) => link.id === moved || (button.closest(".editor-actions") && link.matches("[aria-current]")));
  if (at >= 0) say(words.moved.replace("{place}", at + 1).replace("{count}", links.length));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form || event.target.matches("[data-loose], [type=file], select, [type=checkbox], [type=radio]")) return;
  state("unsaved", words.unsaved);
  later(form);
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("[data-send]")) return target.form.requestSubmit();
  const form = target.closest("form[data-autosave]");
  if (!form || target.matches("[data-loose]")) return;
  const refresh = target.matches("[data-refresh], [data-refresh-late]");
  dirty = form;
  enqueue(() => form.isConnected && send(form, { keeps: !refresh }));
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Enter" && field.matches?.("[data-choice]")) {
    event.preventDefault();
    const button = field.form.querySelector(`button[name="do"][value="${field.dataset.choice}"]`);
    return field.form.requestSubmit(button);
  }
  const typing = field.closest?.("input, textarea, select");
  if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") {
    event.preventDefault();
    document.getElementById(key === "y" || event.shiftKey ? "redo" : "undo")?.click();
  }
});

addEventListener("popstate", () => enqueue(() => go(location.href)));
addEventListener("resize", measure);
addEventListener("beforeunload", (event) => {
  if (dirty || inFlight) event.preventDefault();
});
// Going away: what was typed last still leaves.
addEventListener("pagehide", () => {
  if (dirty?.isConnected) fetch(dirty.action, { method: "POST", body: bodyOf(dirty), keepalive: true, headers: { "X-Requested-With": "fetch", "X-Builder": "keep" } });
});

function move({ url, page, position }) {
  const body = new FormData(changes);
  body.set("page", page);
  body.set("position", position);
  return flush().then(() => enqueue(async () => {
    body.set("revision", here.revision);
    const sent = await ask(url, { method: "POST", body }, true);
    if (sent.ok) return show(sent.answer);
    if (sent.answer) refused(changes, sent.answer);
    return go(location.href);
  }));
}

function reordered(form) {
  dirty = form;
  enqueue(() => send(form, { keeps: false }));
}

addSteps();
measure();
questionsByDrag(move);
choicesByDrag(editor(), reordered);
preview.ready();
document.querySelector(".outline [aria-current]")?.scrollIntoView({ block: "nearest" });
