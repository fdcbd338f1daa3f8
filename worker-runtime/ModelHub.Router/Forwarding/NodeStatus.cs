namespace ModelHub.Router.Forwarding;

internal static class NodeStatus
{
    /// <summary>
    /// Whether a node's answer is about the node and not about the request: 503, a version it does not hold though the table
    /// says so (404), or our own key, which it has not heard of yet (401, 403).
    /// </summary>
    public static bool IsUnready(int status) => status is 503 or 404 or 401 or 403;

    public static AttemptEnd EndOf(int status) => IsUnready(status) ? AttemptEnd.Unready : AttemptEnd.Answered;
}
