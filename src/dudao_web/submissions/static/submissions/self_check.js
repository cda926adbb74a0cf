// The self-check with scripts: a field is kept when it is left (htmx sends it); what could not be sent stays on the page and in this
// window, and is sent again. Everything is kept by the buttons without this file too.
(function () {
  "use strict";
  var MARK = "dudao-unsaved ", SENT = "dudao-sent", AGAIN = 5000;  // milliseconds until a lost field is sent again
  var form, key, timer = null;

  function typed() {
    return Array.prototype.filter.call(form.elements, function (el) {
      return el.name && el.type !== "hidden" && el.tagName !== "BUTTON";
    });
  }
  function say(text) {
    var line = document.getElementById("saved");
    if (line) line.textContent = text;
  }
  // What is on the page and not known to be kept: texts, and what each field was shown as.
  function keep() {
    var found = { texts: {}, seen: {} };
    typed().forEach(function (el) {
      if (el.type === "radio" && !el.checked) return;
      found.texts[el.name] = el.value;
    });
    Array.prototype.forEach.call(form.elements, function (el) {
      if (el.name.indexOf("seen.") === 0) found.seen[el.name] = el.value;
    });
    try { sessionStorage.setItem(key, JSON.stringify(found)); } catch (error) { /* the page itself still holds it */ }
  }
  function forget() {
    try { sessionStorage.removeItem(key); } catch (error) { /* nothing was kept */ }
  }
  function moved(el) {
    if (el.type === "radio") return el.checked && !el.defaultChecked;
    if (el.tagName === "SELECT") {
      return Array.prototype.some.call(el.options, function (option, n) { return option.selected !== option.defaultSelected && (option.selected ? n > 0 : true); });
    }
    return el.value !== el.defaultValue;
  }
  function send() { window.htmx.trigger(form, "again"); }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  }
  // A form that was sent by its button has arrived once another page of the self-check is shown.
  function arrived() {
    try {
      var sent = sessionStorage.getItem(SENT);
      if (sent && sent !== key) sessionStorage.removeItem(sent);
      sessionStorage.removeItem(SENT);
    } catch (error) { /* nothing was kept */ }
  }
  // What this window kept when the line, or the session, was lost.
  function restore() {
    var kept = null, back = false;
    try { kept = JSON.parse(sessionStorage.getItem(key)); } catch (error) { kept = null; }
    Object.keys(kept ? kept.texts : {}).forEach(function (name) {
      var field = form.elements[name], seen = form.elements["seen." + name];
      if (!field || !seen || field.value === kept.texts[name]) return;
      field.value = kept.texts[name];
      seen.value = kept.seen["seen." + name];
      back = true;
    });
    if (back || typed().some(moved)) { say("正在保存上次没有保存的内容"); send(); } else forget();
  }
  function ended(event) {
    if (event.detail.elt !== form && event.detail.elt.form !== form) return;
    var xhr = event.detail.xhr, kept = xhr.getResponseHeader && xhr.getResponseHeader("X-Kept");
    clearTimeout(timer);
    if (kept) {
      if (kept === "yes") forget();
      document.getElementById("alerts").textContent = "";
    } else if (xhr.status === 0 || xhr.status >= 500) {
      say("没有保存，正在重试");
      later();
    } else if (xhr.status !== 422) {
      say("没有保存");
    }
  }
  document.addEventListener("DOMContentLoaded", function () {
    var nav = document.getElementById("index"), here = nav && nav.querySelector("[aria-current]");
    if (here) nav.scrollTop = here.offsetTop - nav.clientHeight / 2;
    form = document.getElementById("answers");
    if (!form || !form.dataset.keep || !window.htmx) return;
    key = MARK + form.dataset.keep + " " + form.getAttribute("action");
    form.addEventListener("change", keep);
    form.addEventListener("input", keep);
    document.addEventListener("htmx:beforeRequest", function (event) {
      if (event.detail.elt === form) say("正在保存");
    });
    document.addEventListener("htmx:afterRequest", ended);
    window.addEventListener("online", function () { if (timer) send(); });
    form.addEventListener("submit", function (event) {
      if (navigator.onLine === false) {
        event.preventDefault();
        say("没有连上网络，还没有保存。填写的内容仍在页面上，连上后自动保存。");
        later();
        return;
      }
      try { sessionStorage.setItem(SENT, key); } catch (error) { /* then it is compared when it is shown again */ }
    });
    // proofs taken beside the form change what follows from it
    document.addEventListener("htmx:afterSwap", function (event) {
      var at = event.detail.target;
      if (event.detail.requestConfig && event.detail.requestConfig.verb === "post" && at.matches(".proofs-at")) send();
    });
    document.querySelectorAll("form[action*='signout']").forEach(function (out) {
      out.addEventListener("submit", forget);
    });
    document.querySelectorAll("[data-count-of]").forEach(function (line) {
      var box = document.getElementById(line.dataset.countOf);
      box.addEventListener("input", function () { line.textContent = box.value.length; });
    });
    arrived();
    restore();
  });
})();
