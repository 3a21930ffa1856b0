"""A line graph as SVG: no more than a page of figures needs."""

WIDTH, HEIGHT, MARGIN = 720, 260, 48
COLORS = ("#0b6e99", "#c2571a")


def _points(series, right, top):
    for at, value in series:
        x = MARGIN + at / right * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - value / top * (HEIGHT - 2 * MARGIN)
        yield "%.1f,%.1f" % (x, y)


def _text(x, y, text, color="#333", anchor="start"):
    return '<text x="%.0f" y="%.0f" fill="%s" text-anchor="%s">%s</text>' % (x, y, color, anchor, text)


def write(path, title, lines):
    """Each of `lines` is (name, [(seconds, value), …]); the value axis begins at 0."""
    right = max(at for _, series in lines for at, _ in series) or 1
    top = 1.2 * max(value for _, series in lines for _, value in series)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">' % (WIDTH, HEIGHT),
           '<rect width="100%" height="100%" fill="white"/>', _text(MARGIN, 20, title)]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
        out.append('<path d="M%d %.1fH%d" stroke="#ddd"/>' % (MARGIN, y, WIDTH - MARGIN))
        out.append(_text(MARGIN - 6, y + 4, "%.1f" % (share * top), anchor="end"))
    for number, (name, series) in enumerate(lines):
        color = COLORS[number % len(COLORS)]
        out.append('<polyline fill="none" stroke="%s" stroke-width="1.5" points="%s"/>' % (color, " ".join(_points(series, right, top))))
        out.append(_text(WIDTH - MARGIN, 20 + 16 * number, name, color, "end"))
    out.append(_text(MARGIN, HEIGHT - MARGIN + 18, "0 min"))
    out.append(_text(WIDTH - MARGIN, HEIGHT - MARGIN + 18, "%.0f min" % (right / 60), anchor="end"))
    out.append("</svg>")
    path.write_text("\n".join(out) + "\n", encoding="utf-8")
