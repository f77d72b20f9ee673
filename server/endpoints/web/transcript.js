// The turns on the page: their words, sources and details, and what a screen reader says of them.
const STAGES = { asr: "hearing", nlu: "understanding", dialogue: "dialogue", speech: "speech" };

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

export class Transcript {
  #turns = new Map();  // by the id of their item

  // `announce(text)` reaches screen readers; `openSource(id, button)` shows what a source says; `choose(title, payload)`
  // is called for a button of a reply.
  constructor(list, announce, openSource, choose) {
    this.list = list;
    this.announce = announce;
    this.openSource = openSource;
    this.choose = choose;
  }

  get empty() {
    return this.#turns.size === 0;
  }

  has(id) {
    return this.#turns.has(id);
  }

  clear() {
    this.#turns.clear();
    this.list.replaceChildren();
  }

  // What a user says or types, or a reply; `role` is `user` or `assistant`.
  write(id, role, text, { append = false } = {}) {
    const { words } = this.#turns.get(id) ?? this.#begin(id, role);
    words.textContent = append ? words.textContent + text : text;
    this.#scroll();
  }

  // A message that waited for its turn stands before its own reply.
  moveToEnd(id) {
    const shown = this.#turns.get(id);
    if (shown && this.list.lastChild !== shown.turn) this.list.append(shown.turn);
  }

  remove(id) {
    this.#turns.get(id)?.turn.remove();
    this.#turns.delete(id);
  }

  // A whole turn is announced once; its parts are not, while they come.
  finish(id) {
    const shown = this.#turns.get(id);
    if (!shown || shown.finished || !shown.words.textContent) return;
    shown.finished = true;
    this.announce(`${shown.speaker}: ${shown.words.textContent}`);
  }

  // Marks which part of a reply was heard before it was interrupted.
  cut(id, heard) {
    const shown = this.#turns.get(id);
    if (!shown) return;
    const all = shown.words.textContent;
    const rest = all.startsWith(heard) ? all.slice(heard.length) : "";
    shown.words.replaceChildren(heard, element("del", "", rest));
    if (!shown.turn.querySelector(".note"))
      shown.words.after(element("p", "note", heard ? "Interrupted: the rest was not heard." : "Interrupted before it was heard."));
  }

  note(id, text) {
    this.#turns.get(id)?.words.after(element("p", "note", text));
  }

  // The pictures and buttons of a reply; the buttons go with the next turn.
  enrich(id, messages) {
    for (const old of this.list.querySelectorAll(".choices")) old.remove();
    const shown = this.#turns.get(id);
    if (!shown) return;
    for (const { image, attachment, buttons = [] } of messages) {
      if (image) shown.turn.append(picture(image));
      if (typeof attachment === "string") shown.turn.append(link(attachment));
      if (buttons.length) shown.turn.append(this.#choices(buttons));
    }
    this.#scroll();
  }

  // Sources as buttons, and the stages of the turn; `metadata` is that of a response.
  explain(id, metadata) {
    const shown = this.#turns.get(id);
    if (!shown || shown.turn.querySelector("details")) return;
    const sources = (metadata["heedful.sources"] ?? "").split(" ").filter(Boolean);
    if (sources.length) shown.turn.append(this.#sourceButtons(sources));
    shown.turn.append(details(metadata));
    this.#scroll();
  }

  #begin(id, role) {
    const speaker = role === "user" ? "You" : "Heedful";
    const turn = element("li", `turn ${role}`);
    const words = element("p", "words");
    turn.append(element("span", "unseen", `${speaker}: `), words);
    this.list.append(turn);
    const shown = { turn, words, speaker, finished: false };
    this.#turns.set(id, shown);
    return shown;
  }

  #sourceButtons(sources) {
    const line = element("div", "sources");
    line.setAttribute("role", "group");
    line.setAttribute("aria-label", "Sources");
    for (const source of sources) {
      const button = element("button", "", source);
      button.type = "button";
      button.onclick = () => this.openSource(source, button);
      line.append(button);
    }
    return line;
  }

  #choices(buttons) {
    const line = element("div", "choices");
    line.setAttribute("role", "group");
    line.setAttribute("aria-label", "Choices");
    for (const { title, payload } of buttons) {
      const button = element("button", "", title);
      button.type = "button";
      button.onclick = () => this.choose(title, payload || title);
      line.append(button);
    }
    return line;
  }

  #scroll() {
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function picture(address) {
  const image = element("img", "");
  image.src = address;
  image.alt = "Picture of the reply";
  return image;
}

function link(address) {
  const made = element("a", "", address);
  if (/^https?:/.test(address)) made.href = address;
  made.rel = "noreferrer";
  made.target = "_blank";
  return made;
}

function details(metadata) {
  const folded = element("details", "");
  const rows = element("dl", "");
  const add = (name, value) => { if (value) rows.append(element("dt", "", name), element("dd", "", value)); };
  const entities = JSON.parse(metadata["heedful.entities"] ?? "[]");
  if (metadata["heedful.intent"]) add("Intent", `${metadata["heedful.intent"]} (${metadata["heedful.confidence"]})`);
  add("Entities", entities.map(entity => `${entity.name}: ${entity.value}`).join(", "));
  add("Actions", (metadata["heedful.actions"] ?? "").split(" ").join(", "));
  folded.append(element("summary", "", "How it was understood"), rows);
  const timings = Object.entries(JSON.parse(metadata["heedful.timings_ms"] ?? "{}")).filter(([, ms]) => ms > 0);
  if (timings.length) folded.append(timeline(timings));
  return folded;
}

function timeline(timings) {
  const line = element("ul", "timeline");
  const longest = Math.max(...timings.map(([, ms]) => ms));
  for (const [stage, ms] of timings) {
    const row = element("li", "");
    const bar = element("span", "bar");
    bar.style.setProperty("--share", ms / longest);
    row.append(element("span", "stage", STAGES[stage] ?? stage), bar, element("span", "", `${Math.round(ms)} ms`));
    line.append(row);
  }
  return line;
}
