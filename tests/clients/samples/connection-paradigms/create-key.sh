curl -X POST https://your-deployment.convex.cloud/api/action/apiKeys/create \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer YOUR_AUTH_TOKEN" \
  -d '{
    "appId": "your-app-id",
    "scopes": ["mint_ephemeral", "direct_ws"],
    "label": "Production Key"
  }'
