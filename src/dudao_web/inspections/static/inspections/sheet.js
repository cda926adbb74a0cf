// Score sheets with scripts: what is typed is kept on this device until the server has confirmed it, and is sent again by itself after a
// lost line; the screens of all items are fetched once, so that the next item is there without a line. All of it works as plain links and
// forms without this file. The mechanism is that of the self-check (self_check.js), for many items in place of one.
(function () {
  "use strict";
  var MARK = "dudao-score ", AGAIN = 5000, PATIENCE = 10000;  // milliseconds
  var FIELDS = ["value", "points", "note", "problem"];
  var box, mine, memory = {}, screens = {}, timer = null, busy = false;

  function say(text) {
    var line = document.getElementById("saved");
    if (line) line.textContent = text;
  }
  function alertLine(text) {
    var line = document.getElementById("alerts");
    line.textContent = "";
    if (!text) return;
    var told = document.createElement("p");
    told.className = "alert";
    told.textContent = text;
    line.appendChild(told);
  }

  // --- what is kept on this device: address of the item -> {fields, title, state}; state: typed, waiting (to be sent), told (refused)
  function put(key, entry) {
    memory[key] = entry;
    try { localStorage.setItem(mine + key, JSON.stringify(entry)); } catch (error) { /* the page itself still holds it */ }
  }
  function take(key) {
    if (memory[key]) return memory[key];
    try { return JSON.parse(localStorage.getItem(mine + key)); } catch (error) { return null; }
  }
  function drop(key) {
    delete memory[key];
    try { localStorage.removeItem(mine + key); } catch (error) { /* nothing was kept */ }
  }
  function keys() {
    var found = Object.keys(memory), n, name;
    try {
      for (n = 0; n < localStorage.length; n += 1) {
        name = localStorage.key(n);
        if (name.indexOf(mine) === 0 && found.indexOf(name.slice(mine.length)) < 0) found.push(name.slice(mine.length));
      }
    } catch (error) { /* this device keeps nothing */ }
    return found.filter(function (key) { return take(key); }).sort();
  }
  function of(state) {
    return keys().filter(function (key) { return take(key).state === state; });
  }

  // --- the form of one item
  function formOf(key) {
    return Array.prototype.filter.call(document.querySelectorAll("form[data-score]"), function (form) {
      return form.getAttribute("action") === key;
    })[0];
  }
  function fieldsOf(form) {
    var found = {};
    Array.prototype.forEach.call(form.elements, function (el) {
      if (!el.name || el.tagName === "BUTTON" || el.name === "csrfmiddlewaretoken") return;
      if (el.type === "radio" && !el.checked) return;
      found[el.name] = el.value;
    });
    return found;
  }
  function fill(form, fields) {
    var changed = false;
    FIELDS.forEach(function (name) {
      var field = form.elements[name];
      if (!field || fields[name] === undefined || field.value === fields[name]) return;
      field.value = fields[name];
      changed = true;
      if (name === "problem" && fields[name]) field.closest("details").open = true;
    });
    ["token", "seen"].forEach(function (name) { form.elements[name].value = fields[name]; });
    return changed;
  }

  // --- the strip: how many lines wait; and what was refused, to be copied
  function tell() {
    var waiting = of("waiting"), strip = document.getElementById("strip"), text;
    strip.hidden = !waiting.length && navigator.onLine !== false;
    strip.textContent = "";
    if (!strip.hidden) {
      strip.insertAdjacentHTML("afterbegin", '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-no-cloud"></use></svg>');
      text = document.createElement("span");
      text.textContent = "离线";
      strip.appendChild(text);
      strip.appendChild(document.createTextNode(waiting.length ? waiting.length + " 条已存本机，联网后自动上传" : "填写的内容存在本机，联网后上传"));
    }
    document.querySelectorAll("[data-slug] .waits").forEach(function (sign) {
      var slug = sign.closest("[data-slug]").dataset.slug;
      sign.hidden = !waiting.some(function (key) { return key === itemPath(slug); });
    });
    unsent();
  }
  function unsent() {
    var place = document.getElementById("unsent"), told = of("told");
    place.textContent = "";
    told.forEach(function (key) {
      if (formOf(key)) return;  // it stands in its own form
      var entry = take(key), sheet = document.createElement("section"), words = [entry.fields.value, entry.fields.points, entry.fields.note, entry.fields.problem];
      sheet.className = "sheet errors";
      sheet.innerHTML = '<p><strong></strong></p><p class="why"></p><p class="text"></p><p class="form-end"><a class="btn small">打开这一项</a><button type="button" class="btn small danger">删除本机的这一条</button></p>';
      sheet.querySelector("strong").textContent = "没有保存：" + entry.title;
      sheet.querySelector(".why").textContent = entry.why || "";
      sheet.querySelector(".text").textContent = words.filter(Boolean).join("　");
      sheet.querySelector("a").href = key;
      sheet.querySelector("button").addEventListener("click", function () { drop(key); tell(); });
      place.appendChild(sheet);
    });
  }
  function itemPath(slug) { return box.dataset.sheet + "items/" + encodeURIComponent(slug) + "/"; }

  // --- sending
  function csrf() { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; }
  function send(key, entry) {
    var stop = window.AbortController ? new AbortController() : null;
    var late = setTimeout(function () { if (stop) stop.abort(); }, PATIENCE);
    return fetch(key, {
      method: "POST",
      credentials: "same-origin",
      headers: { "HX-Request": "true", "X-CSRFToken": csrf() },
      body: new URLSearchParams(entry.fields),
      signal: stop ? stop.signal : undefined
    }).then(function (answer) {
      var kept = answer.headers.get("X-Kept");
      return answer.text().then(function (html) { return { kept: kept, status: answer.status, page: new DOMParser().parseFromString(html, "text/html") }; });
    }).then(function (found) { clearTimeout(late); return found; }, function (error) { clearTimeout(late); throw error; });
  }
  // Send one line. Gives yes, no (the form comes back with what is wrong), refused, lost or stopped.
  function deliver(key) {
    var entry = take(key), sent = JSON.stringify(entry.fields);
    return send(key, entry).then(function (answer) {
      var now = take(key), same = now && JSON.stringify(now.fields) === sent;
      if (answer.kept === "yes") {
        if (same) drop(key); else if (now) again(key, now, answer.page);
        say(answer.page.getElementById("said").textContent);
        alertLine("");
        settle(key, JSON.parse(sent), answer.page, same);
        return "yes";
      }
      if (answer.kept) {
        entry.state = "told";
        entry.why = answer.page.getElementById("said").textContent;
        put(key, entry);
        say(answer.kept === "refused" ? "没有保存" : entry.why);
        if (answer.kept === "refused") alertLine(entry.why + "填写的内容仍在页面上，可以复制。");
        else fresh(answer.page, key, same);
        return answer.kept;
      }
      if (answer.status >= 500) return "lost";
      say("没有保存");  // it waits on, until a page is opened by an office that is signed in
      alertLine("登录可能已过期。请重新登录后再打开这一页，内容存在本机。");
      return "stopped";
    }, function () { return "lost"; });
  }
  // Typed on after it was sent: the later text goes on from the score that the server has now.
  function again(key, entry, page) {
    var form = page.querySelector("form[data-score]");
    entry.fields.seen = form.elements.seen.value;
    put(key, entry);
  }
  function flush() {
    clearTimeout(timer);
    timer = null;
    var waiting = of("waiting");
    if (!waiting.length || busy) { tell(); return; }
    busy = true;
    deliver(waiting[0]).then(function (result) {
      busy = false;
      if (result === "lost") later(); else if (result !== "stopped") flush();
      tell();
    });
  }
  function later() {
    say("没有连上网络，已存本机");
    clearTimeout(timer);
    timer = setTimeout(flush, AGAIN);
  }

  // The server has kept it: the form, and the screen kept for later, say so and go on from the score that stands now.
  function settle(key, fields, page, same) {
    var kept = fieldsOf(page.querySelector("form[data-score]")), slug = slugOf(key), live = formOf(key), holder, form;
    if (live) ["seen", "token"].forEach(function (name) { live.elements[name].value = kept[name]; });
    if (!screens[slug]) return;
    holder = document.createElement("div");
    holder.innerHTML = screens[slug];
    form = holder.querySelector("form[data-score]");
    if (!form) return;
    form.querySelectorAll(".issue").forEach(function (told) { told.remove(); });
    fill(form, Object.assign({}, fields, kept));
    Array.prototype.forEach.call(form.elements, function (el) {  // what is typed is no attribute yet
      el.removeAttribute("aria-invalid");
      if (el.type === "radio") el.toggleAttribute("checked", el.checked);
      else if (el.tagName === "TEXTAREA") el.textContent = el.value;
      else if (el.tagName === "INPUT") el.setAttribute("value", el.value);
    });
    count(holder.firstElementChild);
    screens[slug] = holder.innerHTML;
    if (same && current() === slug) document.getElementById("screen").innerHTML = screens[slug];
  }
  function count(screen) {
    var progress = document.getElementById("progress"), bar;
    if (!progress || screen.hasAttribute("data-said")) return;
    screen.setAttribute("data-said", "");
    [["[data-done]", 1], ["[data-left]", -1]].forEach(function (one) {
      var at = progress.querySelector(one[0]);
      at.textContent = Number(at.textContent) + one[1];
    });
    progress.querySelectorAll("[data-seg]").forEach(function (seg) { if (seg.dataset.seg === screen.dataset.slug) seg.classList.add("done"); });
    bar = progress.querySelector("progress");
    if (bar) bar.value += 1;
  }
  function slugOf(key) { return decodeURIComponent(key.replace(/\/$/, "").split("/").pop()); }

  // --- the screens of the items, one shown at a time
  function current() {
    var shown = document.querySelector("#screen [data-slug]");
    return shown && shown.dataset.slug;
  }
  // The screen of an item as the server has it now, and the bar of progress.
  function fresh(page, key, shownToo) {
    var screen = page.querySelector("[data-slug]"), progress = page.getElementById("progress"), old = document.getElementById("progress");
    if (!screen) return;
    if (screens) screens[screen.dataset.slug] = screen.outerHTML;
    if (progress && old) { old.replaceWith(document.importNode(progress, true)); here(); }
    if (shownToo && current() === screen.dataset.slug) {
      document.getElementById("screen").innerHTML = screen.outerHTML;
      var told = document.querySelector("#screen .issue.error, #screen .issue.query");
      var fault = document.querySelector("#screen [aria-invalid]") || told;
      if (fault === told && told) told.tabIndex = -1;
      if (fault) fault.focus();
    }
  }
  function here() {
    document.querySelectorAll("[data-seg]").forEach(function (seg) { seg.classList.toggle("here", seg.dataset.seg === current()); });
  }
  function show(slug, push) {
    if (!screens[slug]) return false;
    document.getElementById("screen").innerHTML = screens[slug];
    if (push) history.pushState({ slug: slug }, "", itemPath(slug));
    restore();
    here();
    window.scrollTo(0, 0);
    document.querySelector("#screen h2").focus({ preventScroll: true });
    return true;
  }
  function restore() {
    document.querySelectorAll("form[data-score]").forEach(function (form) {
      var entry = take(form.getAttribute("action"));
      if (entry && fill(form, entry.fields)) say("已恢复没有保存的内容");
    });
    tell();
  }
  function ahead() {
    if (!box.dataset.screens) return;
    fetch(box.dataset.screens, { credentials: "same-origin" }).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      page.querySelectorAll("[data-slug]").forEach(function (screen) { if (!screens[screen.dataset.slug]) screens[screen.dataset.slug] = screen.outerHTML; });
      box.dataset.ahead = "yes";
    }, function () { /* then each item is fetched when it is asked for */ });
  }

  // --- what the user does
  function typed(event) {
    var form = event.target.form;
    if (!form || !form.dataset.score) return;
    var key = form.getAttribute("action"), old = take(key);
    put(key, { fields: fieldsOf(form), title: form.dataset.title, state: old && old.state === "waiting" ? "waiting" : "typed" });
  }
  function submitted(event) {
    var form = event.target, button = event.submitter;
    if (!form.dataset || !form.dataset.score) return;
    var key = form.getAttribute("action"), fields = fieldsOf(form), to = button && button.dataset.go;
    if (button && button.name) fields[button.name] = button.value;
    if (fields.choose === "theirs") { drop(key); return; }  // the plain form: the other version is shown
    event.preventDefault();
    if (!FIELDS.some(function (name) { return fields[name]; }) && to && fields.seen === "") { drop(key); go(to); return; }
    put(key, { fields: fields, title: form.dataset.title, state: "waiting" });
    say("正在保存");
    deliver(key).then(function (result) {
      if (result === "lost") later();
      if (result === "yes" && fields.from === "sheet") { closeRow(form.dataset.score); return; }
      if (result === "no" && fields.from === "sheet") { HTMLFormElement.prototype.submit.call(form); return; }  // the server shows the row with what is wrong
      if ((result === "yes" || result === "lost") && fields.from !== "sheet" && !fields.choose) go(to);
      tell();
    });
  }
  function closeRow(n) {
    var asked = new URLSearchParams(location.search), to;
    asked.delete("item");
    to = box.dataset.sheet + (asked.toString() ? "?" + asked : "");
    if (to === location.pathname + location.search) location.reload(); else location.assign(to + "#row-" + n);
  }
  function go(slug) {
    if (slug && show(slug, true)) return;
    if (navigator.onLine === false) { say("没有连上网络，已存本机"); tell(); return; }
    if (of("waiting").length && timer) { tell(); return; }  // the line is lost: stay where the text is
    location.assign(slug ? itemPath(slug) : box.dataset.sheet);
  }

  document.addEventListener("DOMContentLoaded", function () {
    box = document.getElementById("scoring");
    if (!box || !box.dataset.keep || !window.fetch || !window.URLSearchParams) return;
    mine = MARK + box.dataset.keep + " ";
    var shown = document.querySelector("#screen [data-slug]");
    if (shown) screens[shown.dataset.slug] = shown.outerHTML;
    document.addEventListener("input", typed);
    document.addEventListener("change", typed);
    document.addEventListener("submit", submitted);
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[data-go]");
      if (link && !event.ctrlKey && !event.metaKey && show(link.dataset.go, true)) event.preventDefault();
    });
    window.addEventListener("popstate", function () {
      var slug = slugOf(location.pathname);
      if (current() && !show(slug, false)) location.reload();
    });
    window.addEventListener("online", function () { tell(); flush(); });
    window.addEventListener("offline", tell);
    restore();
    flush();
    ahead();
  });
})();
