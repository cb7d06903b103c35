curl -X POST https://your-core-host/api/api-keys \
  -H "Authorization: Bearer ${ADMIN_KEY}" \
  -H "Content-Type: application/json" \
  -d '{
    "appId": "your-app-id",
    "scopes": ["mint_trusted_session"],
    "label": "Trusted server key"
  }'
