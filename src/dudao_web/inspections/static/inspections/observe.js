// Observations with scripts: what is typed stays in this window until the server has said that it is kept, and is sent again when the
// line comes back, under the same key, so that it becomes one row. Everything is sent by the button without this file too.
(function () {
  "use strict";
  var AGAIN = 5000, timer = null, sending = false;  // milliseconds until it is sent again
  var NAMES = ["text", "group", "indicator", "key"];

  function form() { return document.getElementById("observe"); }
  function key() { return "dudao-observe " + form().dataset.keep + " " + form().getAttribute("action"); }
  function say(text) {
    var line = document.getElementById("saved");
    if (line) line.textContent = text;
  }
  function keep() {
    var found = {};
    NAMES.forEach(function (name) { found[name] = form().elements[name].value; });
    try { sessionStorage.setItem(key(), JSON.stringify(found)); } catch (error) { /* the page itself still holds it */ }
  }
  function forget() {
    try { sessionStorage.removeItem(key()); } catch (error) { /* nothing was kept */ }
  }
  function send() { if (form()) window.htmx.trigger(form(), "again"); }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  }
  // What this window kept when the line, or the session, was lost: shown again, sent by its button.
  function restore() {
    var kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(key())); } catch (error) { kept = null; }
    if (!kept || !kept.text) return;
    NAMES.forEach(function (name) { if (kept[name] !== undefined) form().elements[name].value = kept[name]; });
    say("上次写的内容还没有送达，请核对后记下。");
  }
  document.addEventListener("DOMContentLoaded", function () {
    if (!form() || !window.htmx) return;
    document.addEventListener("input", function (event) { if (event.target.form === form()) keep(); });
    document.addEventListener("htmx:beforeRequest", function (event) {
      if (event.detail.elt !== form()) return;
      clearTimeout(timer);
      keep();
      sending = true;
      say("正在保存");
    });
    document.addEventListener("htmx:afterRequest", function (event) {
      if (!sending || !event.detail.xhr) return;
      var xhr = event.detail.xhr;
      sending = false;
      if (xhr.status === 0 || xhr.status >= 500) {
        say("没有连上网络，还没有保存。写的内容仍在页面上，连上后自动保存。");
        later();
      } else if (xhr.getResponseHeader("X-Kept") === "yes") {
        document.getElementById("alerts").textContent = "";
        if (form()) forget();
      } else if (xhr.status !== 422) {
        say("没有保存");
      }
    });
    window.addEventListener("online", function () { if (timer && form()) send(); });
    document.querySelectorAll("form[action*='signout']").forEach(function (out) { out.addEventListener("submit", forget); });
    restore();
  });
})();
