# From the flattened network-config to steps "interface mac verb arguments", addresses before routes.
# interfaces: "eth0=52:54:00:00:00:01 eth1=…".
{
  sub("^/network/", "/")
  if ($1 == "/version") version = $2
  if (!match($1, "^/ethernets/[^/]+/")) next
  id = substr($1, 13, RLENGTH - 13); field = substr($1, RLENGTH + 1)
  ids[id] = 1; count = ++n[id]; fields[id, count] = field; values[id, count] = $2
  if (field == "match/macaddress") mac_of[id] = tolower($2)
  if (field == "match/name") pattern_of[id] = $2
}

function means(id, name, mac,   pattern) {
  if (id in mac_of) return mac_of[id] == mac
  if (!(id in pattern_of)) return id == name
  pattern = pattern_of[id]; gsub(/\*/, ".*", pattern)
  return name ~ ("^" pattern "$")
}

function steps(id, where,   i, field, value, routes) {
  for (i = 1; i <= n[id]; i++) {
    field = fields[id, i]; value = values[id, i]
    if (field ~ "^addresses/") print where, "address", value
    else if (field ~ "^nameservers/addresses/") print where, "dns", value
    else if (field ~ "^gateway[46]$") routes = routes where " route default " value "\n"
    else if (field ~ "^routes/[0-9]+/to$") to[id, substr(field, 1, length(field) - 3)] = value
    else if (field == "dhcp4" && value ~ "^(true|True|yes|on)$") print where, "dhcp"
  }
  for (i = 1; i <= n[id]; i++) {
    field = fields[id, i]
    if (field ~ "^routes/[0-9]+/via$") routes = routes where " route " to[id, substr(field, 1, length(field) - 4)] " " values[id, i] "\n"
  }
  printf "%s", routes
}

BEGIN { FS = "\t" }
END {
  count = split(interfaces, list, " ")
  for (at = 1; at <= count; at++) {
    name = list[at]; sub("=.*", "", name); mac = substr(list[at], length(name) + 2)
    if (version != 2) print name, mac, "dhcp"
    else for (id in ids) if (means(id, name, mac)) { steps(id, name " " mac); break }
  }
}
