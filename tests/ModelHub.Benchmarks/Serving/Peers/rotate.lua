-- wrk: requests from a file of prebuilt ones, in turn. Repeating one body flatters tree models two- to fivefold.
local requests, at = {}, 0
init = function(args)
    local file = assert(io.open(args[1], "rb"))
    while true do
        local length = file:read(4)
        if not length then break end
        local a, b, c, d = string.byte(length, 1, 4)
        requests[#requests + 1] = file:read(a + b * 256 + c * 65536 + d * 16777216)
    end
    file:close()
end
request = function()
    at = at % #requests + 1
    return requests[at]
end
