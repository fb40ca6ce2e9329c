# Makes Node.js runnable, which pyright brings along: it needs libatomic, which a bare Debian lacks. Sourced by others.
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && ! ldconfig -p | grep -q libatomic.so.1; then
  apt-get update -qq >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libatomic1 >/dev/null
fi
