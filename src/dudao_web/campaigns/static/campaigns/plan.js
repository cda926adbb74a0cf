// The sums of the table of quotas while numbers are typed. Without scripts they are those of the plan as it was saved.
(function () {
  "use strict";
  function number(input) { return parseInt(input.value, 10) || 0; }
  document.addEventListener("input", function (event) {
    var table = event.target.closest("table[data-sums]");
    if (!table) return;
    var sums = [], whole = 0;
    table.querySelectorAll("tbody tr:not(.total)").forEach(function (row) {
      var inputs = row.querySelectorAll("input"), total = 0;
      if (!inputs.length) return;
      inputs.forEach(function (input, n) {
        sums[n] = (sums[n] || 0) + number(input);
        total += number(input);
      });
      whole += total;
      row.querySelector("output").textContent = total;
    });
    table.querySelectorAll("tr.total output").forEach(function (output, n) {
      output.textContent = n < sums.length ? sums[n] : whole;
    });
  });
})();
