# Installs libatomic if it is missing, as on a minimal Debian: pyright's Node.js needs it. Sourced by other scripts.
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && ! ldconfig -p | grep -q libatomic.so.1; then
  apt-get update -qq >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libatomic1 >/dev/null
fi
