// What a page gains with scripts: toasts go away, filters apply themselves, the drawer opens beside the list.
// Everything works as plain links and forms without this file.
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  function fadeToasts() {
    document.querySelectorAll(".toast").forEach(function (toast) {
      if (toast.dataset.timed) return;
      toast.dataset.timed = "1";
      (function later() {
        setTimeout(function () {
          if (toast.matches(":hover, :focus-within")) later();
          else toast.remove();
        }, 6000);
      })();
    });
  }

  // Drawer: the link's own page is the fallback; focus moves in, is kept in, and returns.
  var opener = null;
  function drawer() { return document.querySelector("#drawer .drawer"); }
  function focusable(box) {
    return Array.prototype.filter.call(
      box.querySelectorAll("a[href], button:not([disabled]), input, select, textarea, [tabindex='0']"),
      function (el) { return el.offsetParent !== null; });
  }
  function closeDrawer() {
    if (!drawer()) return;
    document.getElementById("drawer").textContent = "";
    document.documentElement.classList.remove("drawer-open");
    if (document.getElementById("drawer").dataset.back) {
      history.replaceState(null, "", document.getElementById("drawer").dataset.back);
    }
    if (opener && document.contains(opener)) opener.focus();
    opener = null;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target && event.detail.target.id === "drawer" && !drawer()) {
      opener = event.detail.elt;
      event.detail.target.dataset.back = location.href;
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    fadeToasts();
    if (event.detail.target.id !== "drawer" || !drawer()) return;
    var box = drawer();
    document.documentElement.classList.add("drawer-open"); // print.css: only the drawer goes on paper
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-modal", "true");
    box.tabIndex = -1;
    box.focus();
  });
  document.addEventListener("keydown", function (event) {
    var box = drawer();
    if (!box) return;
    if (event.key === "Escape") closeDrawer();
    if (event.key !== "Tab") return;
    var all = focusable(box), first = all[0], last = all[all.length - 1];
    if (!first) return;
    if (event.shiftKey && (document.activeElement === first || document.activeElement === box)) {
      last.focus(); event.preventDefault();
    } else if (!event.shiftKey && document.activeElement === last) {
      first.focus(); event.preventDefault();
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-close]") && drawer()) { closeDrawer(); event.preventDefault(); }
    else if (event.target.classList.contains("veil")) closeDrawer();
    else if (event.target.closest("[data-print]")) window.print();
    else if (event.target.closest("[data-check-all]")) checkAll(event.target.closest("[data-check-all]"));
  });
  window.addEventListener("popstate", function () {
    if (!drawer()) return;
    document.getElementById("drawer").textContent = "";
    document.documentElement.classList.remove("drawer-open");
    opener = null;
  });

  // A button data-check-all ticks every box of that name in its form; where all are ticked it takes them out again.
  function checkAll(button) {
    var boxes = Array.prototype.filter.call(button.form.elements, function (el) {
      return el.type === "checkbox" && el.name === button.dataset.checkAll;
    });
    var full = boxes.every(function (box) { return box.checked; });
    boxes.forEach(function (box) { box.checked = !full; });
  }

  // A form marked data-auto sends itself when a choice changes.
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-auto") && event.target.matches("select, [type=checkbox], [type=radio]")) {
      form.requestSubmit ? form.requestSubmit() : form.submit();
    }
  });

  // A request that came back with an error says so in words; it is never a toast.
  function alertLine(text) {
    var line = document.createElement("p");
    line.className = "alert";
    line.textContent = text;
    var box = document.getElementById("alerts");
    box.textContent = "";
    box.appendChild(line);
  }
  document.addEventListener("htmx:responseError", function () {
    alertLine("没有办成：页面可能已过期，或本单位无权办理。请刷新页面后重试。");
  });
  document.addEventListener("htmx:sendError", function () {
    alertLine("没有连上服务器。请检查网络后重试，已填写的内容仍在页面上。");
  });

  // After a failed submit the list of errors takes focus.
  document.addEventListener("DOMContentLoaded", function () {
    fadeToasts();
    document.querySelectorAll("[data-print][hidden]").forEach(function (button) { button.hidden = false; });
    var errors = document.querySelector(".errors");
    if (errors) { errors.tabIndex = -1; errors.focus(); }
  });
})();
