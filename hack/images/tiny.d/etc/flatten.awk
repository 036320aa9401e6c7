# Flattens the YAML that NoCloud seeds are written in to lines "path<TAB>value": JSON and other flow nodes, block
# mappings and sequences, plain and quoted scalars, literal blocks. No anchors, tags or multi-line plain scalars.
# A newline inside a value is printed as \n.
function emit(path, value) { gsub(/\n/, "\\n", value); gsub(/\t/, " ", value); print path "\t" value }

function skip() { if (match(substr(S, P), /^[ \t\n,]+/)) P += RLENGTH }

# The scalar at P; moves P behind it. end: what ends a plain one.
function scalar(end,   rest, text, c) {
  rest = substr(S, P); c = substr(rest, 1, 1)
  if (c == "\"") {
    if (!match(rest, /^"([^"\\]|\\.)*"/)) { P = length(S) + 1; return "" }
    P += RLENGTH
    return unescape(substr(rest, 2, RLENGTH - 2))
  }
  if (c == "'") {
    if (!match(rest, /^'([^']|'')*'/)) { P = length(S) + 1; return "" }
    P += RLENGTH; text = substr(rest, 2, RLENGTH - 2); gsub(/''/, "'", text)
    return text
  }
  if (!match(rest, end)) { P = length(S) + 1; return "" }
  P += RLENGTH; text = substr(rest, 1, RLENGTH); sub(/[ \t\n]+$/, "", text)
  return text
}

function unescape(text,   out, i, c) {
  if (index(text, "\\") == 0) return text
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c != "\\") { out = out c; continue }
    c = substr(text, ++i, 1)
    if (c == "n") out = out "\n"
    else if (c == "t") out = out "\t"
    else if (c == "u") { out = out sprintf("%c", hex(substr(text, i + 1, 4))); i += 4 }
    else out = out c
  }
  return out
}
function hex(digits,   i, n) { n = 0; for (i = 1; i <= length(digits); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1; return n }

function flow(path,   c, n, key) {
  skip(); c = substr(S, P, 1); n = 0
  if (c != "{" && c != "[") { emit(path, scalar("^[^],}\n]+")); return }
  for (P++; P <= length(S); ) {
    skip()
    if (P > length(S)) return
    if (index("}]", substr(S, P, 1))) { P++; return }
    if (c == "[") { flow(path "/" n++); continue }
    key = scalar("^[^:]+"); skip(); if (substr(S, P, 1) == ":") P++
    flow(path "/" key)
  }
}

function isItem(text) { return text == "-" || text ~ /^- / }
function isEntry(text) { return text ~ /^("([^"\\]|\\.)*"|'[^']*'|[^-"'{[#&*!|>%@ ][^:]*|-[^ :][^:]*):( |$)/ }

function value(path, text, indent,   out, depth) {
  if (text ~ /^[|>][+-]?[0-9]?[ ]*(#.*)?$/) {
    for (out = ""; I <= N && IND[I] > indent; I++) out = out (out == "" ? "" : "\n") L[I]
    emit(path, out); return
  }
  S = text; P = 1
  if (text ~ /^[{[]/) {
    while (!balanced(S) && I <= N) S = S "\n" L[I++]
    flow(path); return
  }
  if (text !~ /^["']/) sub(/[ \t]+#.*$/, "", S)
  emit(path, scalar("^.*"))
}
function balanced(text,   open, close_) {
  gsub(/"([^"\\]|\\.)*"/, "", text); open = text; close_ = text
  return gsub(/[{[]/, "", open) <= gsub(/[]}]/, "", close_)
}

function block(indent, path,   n, seq, text, key) {
  n = 0; seq = isItem(L[I])
  while (I <= N && IND[I] >= indent) {
    text = L[I]
    if (IND[I] > indent) { I++; continue }
    if (isItem(text) != seq) return
    if (seq) {
      sub(/^- */, "", text)
      if (text == "") { I++; if (I <= N && IND[I] > indent) block(IND[I], path "/" n) }
      else if (isEntry(text) || isItem(text)) { IND[I] = indent + length(L[I]) - length(text); L[I] = text; block(IND[I], path "/" n) }
      else { I++; value(path "/" n, text, indent) }
      n++
    } else if (isEntry(text)) {
      S = text; P = 1; key = scalar("^[^:]+"); text = substr(S, P + 1); sub(/^[ \t]+/, "", text); I++
      if (text == "" || text ~ /^#/) { if (I <= N && (IND[I] > indent || IND[I] == indent && isItem(L[I]))) block(IND[I], path "/" key) }
      else value(path "/" key, text, indent)
    } else I++
  }
}

{ sub(/\r$/, "") }
/^[ \t]*(#.*)?$/ || /^(---|\.\.\.)[ \t]*$/ { next }
{ N++; match($0, /^ */); IND[N] = RLENGTH; L[N] = substr($0, RLENGTH + 1) }
END {
  I = 1
  if (N && L[1] ~ /^[{[]/) { S = L[1]; for (I = 2; I <= N; I++) S = S "\n" L[I]; P = 1; flow("") }
  else if (N) block(IND[1], "")
}
