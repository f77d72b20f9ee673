// The console: what the server is at, what was said to it and how it was understood. Only reload and delete change anything.
import { authorization, keepKey } from "./connection.js";

const $ = id => document.getElementById(id);
const REFRESH_MS = 5000;
const SVG = "http://www.w3.org/2000/svg";
const MINUTES = 60;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, method = "GET") {
  const answer = await fetch(path, { method, headers: authorization(), cache: "no-store" });
  const body = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, body.error.message);
  return body;
}

// -- what is shown

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

// A text, a button, or another element as a cell.
function cell(content, className = "") {
  const made = element("td", content instanceof Element ? "" : String(content), className);
  if (content instanceof Element) made.append(content);
  return made;
}

function fill(table, rows, nothing) {
  const body = $(table).tBodies[0];
  body.replaceChildren(...rows.map(cells => { const row = element("tr"); row.append(...cells); return row; }));
  if (rows.length || !nothing) return;
  const row = element("tr");
  const empty = cell(nothing, "empty");
  empty.colSpan = $(table).tHead.rows[0].cells.length;
  row.append(empty);
  body.append(row);
}

function time(seconds) {
  return new Date(seconds * 1000).toLocaleString();
}

function milliseconds(seconds) {
  return `${Math.round(seconds * 1000)} ms`;
}

function conversationButton(id) {
  const button = element("button", id);
  button.type = "button";
  button.onclick = () => attempt(() => openConversation(id));
  return button;
}

function showOverview({ readiness, versions, sessions, recent }) {
  const isReady = readiness.status === "ready";
  $("state").dataset.state = isReady ? "ready" : "offline";
  $("state").textContent = readiness.cause ?? readiness.status[0].toUpperCase() + readiness.status.slice(1);
  const facts = { ...versions, sessions: `${sessions.length} of ${readiness.max_sessions ?? "?"}` };
  $("versions").replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
  fill("sessions", sessions.map(session => [
    cell(conversationButton(session.conversation)), cell(session.key), cell(time(session.since)), cell(session.items),
    cell(session.busy ? "answering" : "waiting"),
  ]), "Nobody is connected.");
  showHour(recent);
}

function showHour({ minutes, stages, errors }) {
  const sum = name => minutes.reduce((total, minute) => total + minute[name], 0);
  $("sums").textContent = `${sum("turns")} turns, ${sum("interrupted")} interrupted, ${sum("fell_back")} not understood, ${sum("errors")} errors.`;
  drawMinutes(minutes);
  const longest = Math.max(...Object.values(stages).map(stage => stage.p95), 0.001);
  fill("stages", Object.entries(stages).map(([name, { p50, p95, count }]) => {
    const bar = element("span", "", "bar");
    bar.style.setProperty("--share", p95 / longest);
    return [cell(name), cell(milliseconds(p50)), cell(milliseconds(p95)), cell(count), cell(bar)];
  }), "No turn was taken.");
  fill("errors", Object.entries(errors).map(([code, times]) => [cell(code), cell(times)]), "None.");
}

// A bar for each minute of the last hour: its turns, with those that were not understood, and its errors above them.
function drawMinutes(minutes) {
  const most = Math.max(5, ...minutes.map(minute => minute.turns + minute.errors));
  const first = Math.floor(Date.now() / 60000) - MINUTES + 1;
  const bars = minutes.flatMap(({ at, turns, fell_back: fellBack, errors }) => {
    const x = (at / 60 - first) * 600 / MINUTES;
    return [["turns", 0, turns], ["fell-back", 0, Math.min(fellBack, turns)], ["errors", turns, errors]]
      .filter(([, , height]) => height > 0)
      .map(([name, from, height]) => rectangle(name, x, 100 - (from + height) * 100 / most, height * 100 / most));
  });
  $("minutes").replaceChildren(...bars);
}

function rectangle(className, x, y, height) {
  const made = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ class: className, x, y, height, width: 600 / MINUTES - 1 })) made.setAttribute(name, value);
  return made;
}

// -- conversations

let last = null;  // the id of the last one that is listed

async function listConversations() {
  last = null;
  fill("conversations", []);
  await listMore();
}

async function listMore() {
  const page = await ask(`v1/console/conversations${last === null ? "" : `?after=${encodeURIComponent(last)}`}`);
  $("count").textContent = `${page.count} kept, the latest first`;
  for (const kept of page.data) {
    const row = element("tr");
    row.append(cell(time(kept.updated)), cell(conversationButton(kept.id)), cell(kept.user ?? ""), cell(kept.turns));
    $("conversations").tBodies[0].append(row);
    last = kept.id;
  }
  $("more").hidden = !page.has_more;
}

async function listNotUnderstood() {
  const { data } = await ask("v1/console/not_understood");
  fill("not-understood", data.map(({ at, text, reply, conversation_id: id }) => [
    cell(time(at)), cell(text, "text"), cell(reply, "text"), cell(conversationButton(id)),
  ]), "Everything was understood.");
}

async function openConversation(id) {
  const { turns, said } = await ask(`v1/console/conversations/${encodeURIComponent(id)}`);
  $("conversation-name").textContent = id;
  $("turns").replaceChildren(...(turns.length ? turns.flatMap(turnLines) : said.map(({ role, text }) => line(role, text))));
  delete $("delete").dataset.sure;
  $("delete").textContent = "Delete";
  $("conversation-dialog").showModal();
  $("conversation-name").focus();
}

function turnLines(turn) {
  const slots = Object.entries(turn.slots).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const understood = [
    turn.intent && `${turn.intent} (${turn.confidence.toFixed(2)})`,
    ...turn.entities.map(([name, value]) => `${name}: ${value}`),
    ...slots,
    turn.actions.join(", "),
  ].filter(Boolean).join(" · ");
  const lines = turn.text ? [line("user", turn.text)] : [];
  lines.push(element("li", understood, "understood"), ...turn.replies.map(reply => line("assistant", reply)));
  return lines;
}

function line(role, text) {
  const made = element("li", "", `turn ${role}`);
  const speaker = element("span", role === "user" ? "User: " : "Heedful: ", "unseen");
  const words = element("p", text);
  made.append(speaker, words);
  return made;
}

async function deleteConversation() {
  if (!$("delete").dataset.sure) {
    $("delete").dataset.sure = "true";
    $("delete").textContent = "Delete for good";
    return;
  }
  await ask(`v1/console/conversations/${encodeURIComponent($("conversation-name").textContent)}`, "DELETE");
  $("conversation-dialog").close();
  await listAll();
}

// -- what the user does

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

// Does something that asks the server, and says what went wrong.
async function attempt(act) {
  try {
    await act();
    notice("");
    return true;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof TypeError)) throw error;
    const needsKey = error instanceof Refused && (error.status === 401 || error.status === 403);
    $("key-form").hidden = !needsKey;
    if (needsKey) {
      $("shown").hidden = true;
      $("conversation-dialog").close();
      $("key").focus();
    }
    $("state").dataset.state = "offline";
    $("state").textContent = needsKey ? "Locked" : "Offline";
    notice(error instanceof Refused ? error.message : "The server cannot be reached.");
    return false;
  }
}

async function listAll() {
  await Promise.all([listConversations(), listNotUnderstood()]);
}

async function refresh() {
  showOverview(await ask("v1/console/overview"));
}

async function open() {
  await refresh();
  await listAll();
  $("key-form").hidden = true;
  $("shown").hidden = false;
}

async function loadModels() {
  $("reload").disabled = true;
  const done = await attempt(() => ask("v1/reload", "POST"));
  $("reload").disabled = false;
  if (done) await attempt(refresh);
}

$("key-form").onsubmit = event => {
  event.preventDefault();
  keepKey($("key").value);
  $("key").value = "";
  void attempt(open);
};
$("more").onclick = () => attempt(listMore);
$("reload").onclick = loadModels;
$("delete").onclick = () => attempt(deleteConversation);
$("close").onclick = () => $("conversation-dialog").close();
setInterval(() => { if (!$("shown").hidden && !document.hidden) void attempt(refresh); }, REFRESH_MS);

void attempt(open);
