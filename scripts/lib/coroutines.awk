# Cuts C++ into statements and looks for what check_coroutines forbids. Not a parser: comments and literals are blanked,
# round brackets counted, and each '{' judged to open a block, a lambda's body or an initialiser. A lambda's body is a
# context of its own; in the statement around it stands @lambda@. An initialiser stays in its statement.
#
# Reads FILES; prints "file:line: what" for each fault; exit code 1 when there was one. Portable awk, bytes (LC_ALL=C).

function report(line, what) {
    if (allowed(line)) return
    printf "%s:%d: %s\n", FILENAME_NOW, line, what
    faults++
}

# The comment stands on a line of the statement, or on the one before it.
function allowed(line,    n) {
    for (n = (first < line ? first : line) - 1; n <= last; n++)
        if (n in okay) return 1
    return 0
}

function count(text, word,    n) {
    n = 0
    while (match(text, word)) { n++; text = substr(text, RSTART + RLENGTH) }
    return n
}

# --- what a finished statement may not be -----------------------------------------------------------------------

function judge(text, from, to,    plain) {
    first = from; last = to
    if (text ~ /(asio::|[(,] *)detached *[),]/ || text ~ /asio::detached/)
        report(from, "`detached`: every child belongs to a task_group")
    if (product && text ~ /(^|[^A-Za-z0-9_])(secure_)?getenv *\(/ && FILENAME_NOW !~ /(^|\/)shared\/config\//)
        report(from, "getenv: configuration is read in shared/config alone and passed in")
    if (FILENAME_NOW ~ /(^|\/)worker\// && text ~ /std::((recursive_|shared_|timed_|recursive_timed_|shared_timed_)?mutex|lock_guard|unique_lock|scoped_lock|shared_lock|condition_variable)/)
        report(from, "a mutex in worker/: a job lives on one thread, threads talk by post or channel")
    if (text !~ /co_await/) return
    plain = text
    gsub(/(auto|>|[A-Za-z_]) *&& *[A-Za-z_.]+ *[=:]/, "ref =", plain)  # auto&& x = ..., for (auto&& x : ...)
    if (count(plain, "co_await") > 1)
        report(from, "two co_await in one statement: give the first result a name")
    if (plain ~ /\?/)
        report(from, "co_await beside ?: destroys temporaries twice: use if")
    if (plain ~ /&&|\|\|/ || plain ~ /[^A-Za-z0-9_](and|or)[^A-Za-z0-9_]/)
        report(from, "co_await beside && or || can crash the compiler: await first, then decide")
    if (plain ~ /@lambda@/)
        report(from, "co_await and a lambda in one expression: give the lambda a name")
    if (plain ~ /@brace@/)
        report(from, "co_await and an aggregate temporary {...} in one expression: give it a name")
}

# --- cutting ----------------------------------------------------------------------------------------------------

function add(c) {
    if (stmt == "" && (c == " " || c == "\n")) return
    if (stmt == "") stmt_line = line
    stmt = stmt c
}

function finish() {
    if (stmt != "") judge(stmt, stmt_line, line)
    stmt = ""; parens = 0; braces = 0
}

function push(kind) {
    depth++
    kinds[depth] = kind; stmts[depth] = stmt; lines[depth] = stmt_line; paren[depth] = parens; brace[depth] = braces
    stmt = ""; parens = 0; braces = 0
}

function pop() {
    finish()
    if (depth == 0) return
    if (kinds[depth] == "lambda") {
        stmt = stmts[depth] " @lambda@ "; stmt_line = lines[depth]; parens = paren[depth]; braces = brace[depth]
    }
    depth--
}

# What a '{' opens, from the statement so far: "block", "lambda" or "init".
function opens(    t, tail) {
    t = stmt
    sub(/[ \n]+$/, "", t)
    if (t == "") return "block"
    tail = t
    # a trailing return type: what follows the last ')' or ']'
    if (match(tail, /[\])] *(mutable|noexcept|const|[ \n])* *->[^()=;]*$/)) tail = substr(tail, 1, RSTART)
    while (sub(/[ \n]+(mutable|noexcept|const|override|final|try)$/, "", tail)) {}
    if (tail ~ /\]$/ && tail ~ /(^|[=(,&|?:{<] *|return +)\[[^\[\]]*\]$/) return "lambda"
    if (tail ~ /\)$/) {
        if (is_lambda(tail)) return "lambda"
        return (parens > 0 || braces > 0) ? "init" : "block"
    }
    if (parens > 0 || braces > 0) return "init"
    if (tail ~ /(^|[^A-Za-z0-9_])(else|do|try)$/ || tail ~ /:$/ || tail ~ /}$/) return "block"
    if (tail ~ /(^|[^A-Za-z0-9_])(struct|class|union|enum|namespace|extern|concept)([^A-Za-z0-9_]|$)/ && tail !~ /=/) return "block"
    return "init"
}

# Text that ends in a parameter list: is there a lambda's [...] before its '('?
function is_lambda(t,    i, n, c, before) {
    n = 0
    for (i = length(t); i > 0; i--) {
        c = substr(t, i, 1)
        if (c == ")") n++
        else if (c == "(" && --n == 0) break
    }
    before = substr(t, 1, i - 1)
    sub(/[ \n]+$/, "", before)
    sub(/<[^<>]*>$/, "", before)
    return before ~ /(^|[=(,&|?:{<] *|return +)\[[^\[\]]*\]$/
}

function open_brace(    what) {
    what = opens()
    if (what == "lambda") { push("lambda"); return }
    if (what == "block") { finish(); push("block"); return }
    braces++
    # Remember where it began: its content decides, at the closing brace, whether it is a temporary.
    inits[depth, braces] = length(stmt) + 1
    init_parens[depth, braces] = parens
    init_bare[depth, braces] = (stmt ~ /[(,{] *\n*$/)
    init_return[depth, braces] = (stmt ~ /(return|=)[^=;()]*$/ && stmt !~ /^(co_)?return *$/)
    add("{")
}

function close_brace(    inside) {
    if (braces == 0) { pop(); return }
    inside = substr(stmt, inits[depth, braces] + 1)
    add("}")
    # name({...}), name(a, {}), name(T{a}), co_return T{co_await x}
    if (init_bare[depth, braces] && init_parens[depth, braces] > 0) stmt = stmt "@brace@"
    else if (init_parens[depth, braces] > 0 && inside ~ /[^ \n]/) stmt = stmt "@brace@"
    else if (inside ~ /co_await/ && init_return[depth, braces]) stmt = stmt "@brace@"
    braces--
}

function feed(c) {
    if (c == "{") open_brace()
    else if (c == "}") close_brace()
    else if (c == ";") {
        if (parens > 0 && stmt ~ /^(if|for|while|switch)( constexpr)? *\(/) { judge(stmt, stmt_line, line); stmt = "if ("; stmt_line = line }
        else if (braces > 0) add(c)
        else finish()
    }
    else {
        if (c == "(") parens++
        else if (c == ")" && parens > 0) parens--
        add(c)
        # The head of a statement without braces: `if (a && b) co_await f();` is two.
        if (c == ")" && parens == 0 && braces == 0 && stmt ~ /^(else +)?(if|for|while|switch)( constexpr)? *\(/) finish()
    }
}

# --- reading: comments and literals are blanked -----------------------------------------------------------------

function start_file(name) {
    FILENAME_NOW = name
    product = name ~ /(^|\/)(shared|worker|scheduler)\// && name !~ /(^|\/)tests\//
    depth = 0; stmt = ""; parens = 0; braces = 0; line = 0
    in_comment = 0; raw_end = ""; directive = 0
    split("", okay)
}

function read_line(text,    i, n, c, two, before, rest) {
    line++
    if (match(text, /\/\/ *coroutine-ok:/)) {
        if (substr(text, RSTART + RLENGTH) ~ /[A-Za-z]/) okay[line] = 1
        else { first = last = line; printf "%s:%d: coroutine-ok without a reason\n", FILENAME_NOW, line; faults++ }
    }
    if (!in_comment && raw_end == "" && (directive || text ~ /^[ \t]*#/)) {
        directive = text ~ /\\$/
        return
    }
    n = length(text)
    for (i = 1; i <= n; i++) {
        if (raw_end != "") {
            rest = index(substr(text, i), raw_end)
            if (rest == 0) return
            i += rest + length(raw_end) - 2
            raw_end = ""
            feed("\"")
            continue
        }
        two = substr(text, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++ }
            continue
        }
        if (two == "//") break
        if (two == "/*") { in_comment = 1; i++; continue }
        c = substr(text, i, 1)
        if (c == "\"") {
            feed(c)
            if (substr(text, 1, i) ~ /(^|[^A-Za-z0-9_])(u8|u|U|L)?R"$/) {
                rest = substr(text, i + 1)
                before = index(rest, "(")
                raw_end = ")" substr(rest, 1, before - 1) "\""
                i += before
                continue
            }
            i = skip_literal(text, i, "\"")
            feed("\"")
            continue
        }
        if (c == "'" && substr(text, i - 1, 1) !~ /[0-9A-Fa-f]/) {
            i = skip_literal(text, i, "'")
            feed("0")
            continue
        }
        if (c == "'") continue
        feed(c == "\t" ? " " : c)
    }
    if (raw_end == "") feed(" ")
}

function skip_literal(text, i, quote,    c) {
    for (i++; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\\") i++
        else if (c == quote) return i
    }
    return i
}

FNR == 1 { if (FILENAME_NOW != "") finish(); start_file(FILENAME) }
{ read_line($0) }
END { finish(); exit faults > 0 }
