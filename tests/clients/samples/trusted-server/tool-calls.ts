function handleEvent(event: any) {
  if (event.type === 'response.output_item.added' && event.item?.type === 'function_call') {
    const { call_id, name, arguments: argsJson } = event.item;
    const args = JSON.parse(argsJson || '{}');

    if (name === 'lookupOrder') {
      const result = lookupOrder(args.orderId);

      ws.send(JSON.stringify({
        type: 'conversation.item.create',
        item: {
          type: 'function_call_output',
          call_id,
          output: JSON.stringify(result),
        },
      }));
    }
  }
}
